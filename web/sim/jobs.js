// The strip of jobs: the open ones, and the last that were closed.

import { make } from "./log.js";

const OPEN_MAX = 6;
const CLOSED_MAX = 2;
const TONES = {
  pending_confirmation: "amber",
  ready_for_pickup: "blue",
  in_transit: "orange",
  dumped: "teal",
  complete: "green",
  cancelled: "grey",
};

let drawn = "";

/** Shows `jobs`, oldest first. */
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
  const list = document.getElementById("jobs");
  list.replaceChildren(...items);
  list.hidden = !items.length;
  document.getElementById("none").hidden = Boolean(items.length);
}

function item(job) {
  const box = make("li", "job");
  box.dataset.tone = TONES[job.status] ?? "grey";
  const body = make(job.link ? "a" : "span", "body");
  if (job.link) {
    body.href = job.link;
    body.target = "_blank";
    body.rel = "noopener noreferrer";
    body.title = "Open the customer's page";
  }
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
