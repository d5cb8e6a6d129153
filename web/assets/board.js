/** The board: all open jobs and today's finished ones, live, for signed-in dispatchers. */

import { draw, element, prune } from "/assets/board-columns.js";
import { SHOWS, drivers, haystack, sorted } from "/assets/board-jobs.js";
import * as keys from "/assets/board-keys.js";
import { poll } from "/assets/poll.js";
import * as sheet from "/assets/board-sheet.js";

/** @typedef {import("/assets/board-jobs.js").Job} Job */

const SCHEMA = 1;
const PACE = { fastMs: 3000, fastForMs: Infinity };
const TICK_MS = 20000;
const FILTERS = ["q", "driver", "show", "status"];

const page = by("page");
const strip = by("strip");
const people = by("drivers");
const found = by("found");
const columns = by("columns");
const notice = by("notice");
const banner = by("banner");
const spoken = by("spoken");
const query = /** @type {HTMLInputElement} */ (by("query"));

/** @type {{job: Job, text: string}[]} */
let jobs = [];
/** @type {{booked: string, done: string, done_jobs: number} | null} */
let day = null;
let frame = 0;
let heardAt = 0;
/** Whether the last answer was that there is no board. */
let notThere = false;

/** @param {string} id */
function by(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

function filter() {
  const address = new URLSearchParams(location.search);
  const [q, driver, show, status] = FILTERS.map((name) => address.get(name) ?? "");
  return { q, driver, show, status };
}

/** @param {Record<string, string>} changes */
function change(changes) {
  const address = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value) address.set(name, value);
    else address.delete(name);
  }
  const words = address.toString();
  history.replaceState(null, "", words ? `?${words}` : location.pathname);
  redraw();
}

function redraw() {
  if (frame) return;
  frame = requestAnimationFrame(() => {
    frame = 0;
    render();
  });
}

function render() {
  if (!day) return;
  const now = Math.floor(Date.now() / 1000);
  const wanted = filter();
  const fitting = sorted(jobs, wanted, now);
  const active = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.job : undefined;
  draw(columns, fitting, { only: wanted.status, now, pick: (id) => change({ status: id }), redraw });
  // Its card may have been made anew or moved: whoever stands on a job stays on it.
  if (active) /** @type {HTMLElement | null} */ (columns.querySelector(`[data-job="${active}"]`))?.focus();
  drawStrip(wanted, now);
  drawDrivers(wanted);
  drawFound(wanted, [...fitting.values()].reduce((sum, list) => sum + list.length, 0));
  const waiting = jobs.filter(({ job }) => Object.values(SHOWS).some((show) => show.fits(job, now))).length;
  document.title = waiting ? `${waiting} waiting - Board` : "Board";
}

/** @param {ReturnType<filter>} wanted @param {number} now */
function drawStrip(wanted, now) {
  const tiles = Object.entries(SHOWS).map(([name, show]) => {
    const count = jobs.filter(({ job }) => show.fits(job, now)).length;
    const tile = element("button", count ? "tile some" : "tile");
    tile.type = "button";
    tile.dataset.tone = show.tone;
    tile.setAttribute("aria-pressed", String(wanted.show === name));
    tile.append(element("strong", "", String(count)), element("span", "", show.title));
    tile.addEventListener("click", () => change({ show: wanted.show === name ? "" : name }));
    return tile;
  });
  const money = element("p", "tile money");
  money.append(element("strong", "", day?.done), element("span", "", `done, ${day?.booked} booked`), element("span", "unseen", " today"));
  keep(strip, [...tiles, money]);
}

/** @param {ReturnType<filter>} wanted */
function drawDrivers(wanted) {
  const chips = drivers(jobs.map(({ job }) => job)).map(({ name, open, road }) => {
    const chip = element("button", "chip", name === "-" ? "No driver" : name);
    chip.type = "button";
    chip.setAttribute("aria-pressed", String(wanted.driver === name));
    chip.append(element("span", "", road ? `${open}, ${road} on the road` : String(open)));
    chip.addEventListener("click", () => change({ driver: wanted.driver === name ? "" : name }));
    return chip;
  });
  keep(people, chips);
}

/** Puts new buttons in the place of old ones, and the focus where it was. @param {HTMLElement} root @param {HTMLElement[]} made */
function keep(root, made) {
  const at = [...root.children].indexOf(/** @type {Element} */ (document.activeElement));
  root.replaceChildren(...made);
  if (at >= 0) made[at]?.focus();
}

/** @param {ReturnType<filter>} wanted @param {number} count */
function drawFound(wanted, count) {
  const filtered = Boolean(wanted.q || wanted.driver || wanted.show);
  found.hidden = !filtered || !jobs.length;
  if (found.hidden) return;
  const what = wanted.q ? ` “${wanted.q}”` : " this filter";
  const words = count ? `${count} of ${jobs.length} jobs` : `No job matches${what}.`;
  const clear = element("button", "quiet", "Show all");
  clear.type = "button";
  clear.addEventListener("click", clearFilters);
  found.replaceChildren(element("span", "", words), clear);
}

function clearFilters() {
  query.value = "";
  change({ q: "", driver: "", show: "" });
}

/** @param {string} title @param {(string | Node)[]} words */
function tell(title, ...words) {
  columns.hidden = true;
  const line = element("p", "next");
  line.append(...words);
  notice.replaceChildren(element("h2", "", title), line);
  notice.hidden = false;
  page.setAttribute("aria-busy", "false");
}

/** @param {string} words */
function code(words) {
  return element("code", "", words);
}

function open() {
  const number = Number(new URLSearchParams(location.search).get("job"));
  const there = jobs.find(({ job }) => job.n === number);
  if (there) void sheet.show(there.job);
}

/** @param {any} board */
function show(board) {
  if (board.schema !== SCHEMA) throw new Error(`schema ${board.schema}`);
  const old = new Map(jobs.map((known) => [known.job.n, known]));
  jobs = board.jobs.map((/** @type {Job} */ job) => ({ job, text: haystack(job) }));
  prune(new Set(jobs.map(({ job }) => job.n)));
  day = board.day;
  by("today").textContent = board.date;
  heardAt = Date.now();
  banner.hidden = true;
  columns.hidden = false;
  query.disabled = false;
  document.body.classList.remove("out");
  page.setAttribute("aria-busy", "false");
  notice.hidden = true;
  if (!jobs.length) tell("No jobs yet", "In the dispatcher’s chat, type: ", code("new Mark Soderblom 600 602-555-0142"));
  render();
  const shown = sheet.shownJob();
  if (shown === null) open();
  else {
    const there = jobs.find(({ job }) => job.n === shown);
    if (there && JSON.stringify(there.job) !== JSON.stringify(old.get(shown)?.job)) void sheet.show(there.job);
  }
  return { changed: true, done: false };
}

/** @param {number} status */
function refused(status) {
  if (status === 401) {
    jobs = [];
    day = null;
    columns.replaceChildren();
    sheet.close();
    banner.hidden = true;
    document.title = "Signed out";
    document.body.classList.add("out");
    tell("Dispatchers: you’re signed out", "Write ", code("dashboard"), " to the bot: it answers with a link that signs you in.");
    return true;
  }
  notThere = status === 403 || status === 404;
  return false;
}

/** @param {string} words */
function warn(words) {
  if (!day && notThere) {
    return tell("Nothing to show yet", "The bot writes the board within a second of its start: is it running?");
  }
  if (!day) return tell("The board can’t be loaded", navigator.onLine ? "We keep trying." : "You’re offline.");
  const seconds = Math.round((Date.now() - heardAt) / 1000);
  banner.textContent = `${words} What you see is ${seconds} s old.`;
  banner.hidden = false;
  if (spoken.textContent !== words) spoken.textContent = words;
}

query.value = filter().q;
query.addEventListener("input", () => change({ q: query.value.trim() }));
by("search").addEventListener("submit", (event) => event.preventDefault());
columns.addEventListener("click", (event) => {
  const link = /** @type {HTMLElement} */ (event.target).closest("a.job");
  if (!(link instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  change({ job: link.dataset.job ?? "" });
  open();
});
sheet.start(() => change({ job: "" }));
keys.start(clearFilters);
setInterval(() => document.hidden || redraw(), TICK_MS);
poll(
  "/data/board.json",
  {
    show,
    same: () => {
      heardAt = Date.now();
      banner.hidden = true;
    },
    refused,
    failed: (failures) => {
      if (failures > 1 || !day) warn("The board can’t be refreshed. We keep trying.");
    },
    offline: () => warn("You’re offline."),
  },
  PACE,
);
