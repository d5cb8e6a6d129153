// The strip of jobs: the open ones, and the last that were closed.

import { by, make } from "./elements.js";

/**
 * @typedef {object} Job
 * @property {number} number
 * @property {string} name
 * @property {string} status
 * @property {string} words The status in words.
 * @property {number} step How many of the `steps` it has come; 0 where it is cancelled.
 * @property {number} steps
 * @property {boolean} is_open
 * @property {string | null} phone
 * @property {string} phone_words
 * @property {string} link
 */

const OPEN_MAX = 6;
const CLOSED_MAX = 2;
/** @type {Record<string, string>} */
const TONES = {
  pending_confirmation: "amber",
  ready_for_pickup: "blue",
  in_transit: "orange",
  dumped: "teal",
  complete: "green",
  cancelled: "grey",
};

let drawn = "";

/**
 * Shows `jobs`, oldest first.
 * @param {Job[]} jobs
 */
export function showJobs(jobs) {
  // Drawn anew only when something changed: nobody loses the link that he is about to press.
  const now = JSON.stringify(jobs);
  if (now === drawn) return;
  drawn = now;
  const open = jobs.filter((job) => job.is_open);
  const closed = jobs.filter((job) => !job.is_open).slice(-CLOSED_MAX);
  const kept = [...closed, ...open.slice(-OPEN_MAX)].sort((one, other) => one.number - other.number);
  const items = kept.map(item);
  const more = open.length - OPEN_MAX;
  if (more > 0) items.unshift(make("li", "more", `${more} more: type jobs`));
  const list = by("jobs");
  list.replaceChildren(...items);
  list.hidden = !items.length;
  by("none").hidden = Boolean(items.length);
}

/** @param {Job} job */
function item(job) {
  const box = make("li", "job");
  box.dataset.tone = TONES[job.status] ?? "grey";
  const body = job.link ? linkTo(job.link) : make("span", "body");
  const name = make("b", "name", job.name);
  name.dir = "auto";
  body.append(make("span", "number", `#${job.number}`), name, make("span", "words", job.words));
  if (job.step) {
    const bar = make("span", "steps");
    bar.setAttribute("aria-hidden", "true");
    for (let step = 1; step <= job.steps; step += 1) bar.append(make("i", step <= job.step ? "gone" : ""));
    body.append(bar);
  }
  box.append(body);
  return box;
}

/** @param {string} address */
function linkTo(address) {
  const link = make("a", "body");
  link.href = address;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.title = "Open the customer's page";
  return link;
}
