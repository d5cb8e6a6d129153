/** The columns: at most fifty cards each until more are asked for; a card is made anew only when its job changed. */

import { COLUMNS, age, isLate, isStuck } from "/assets/board-jobs.js";

/** @typedef {import("/assets/board-jobs.js").Job} Job */

/** Cards a column shows at first: as quick as scrolling by hand, and Ctrl-F, print and readers keep working. */
const CAP = 50;

const TEXTS = {
  none: "",
  owed: "text waits",
  held: "text held",
  sent: "text sent",
  delivered: "text arrived",
  unknown: "text unsure",
  failed: "text failed",
};

/** @type {Map<number, {job: Job, card: HTMLElement}>} */
const cards = new Map();
/** How many cards each column shows. @type {Map<string, number>} */
const shown = new Map();

/**
 * @param {HTMLElement} root
 * @param {Map<string, Job[]>} columns
 * @param {{only: string, now: number, pick: (id: string) => void, redraw: () => void}} how
 */
export function draw(root, columns, how) {
  const sections = COLUMNS.filter((column) => !how.only || column.id === how.only).map((column) => {
    const jobs = columns.get(column.id) ?? [];
    const limit = shown.get(column.id) ?? CAP;
    const visible = jobs.slice(0, limit).map((job) => cardOf(job, how.now));
    return section(column, jobs.length, visible, how);
  });
  root.replaceChildren(...sections);
  root.dataset.only = how.only;
}

/** Forgets the cards of jobs that are gone. @param {Set<number>} there */
export function prune(there) {
  for (const number of cards.keys()) if (!there.has(number)) cards.delete(number);
}

/**
 * @param {typeof COLUMNS[number]} column
 * @param {number} count
 * @param {HTMLElement[]} visible
 * @param {{only: string, pick: (id: string) => void, redraw: () => void}} how
 */
function section(column, count, visible, how) {
  const made = element("section", "column");
  made.dataset.tone = column.tone;
  const heading = element("h2");
  const button = element("button", "", column.title);
  button.type = "button";
  button.setAttribute("aria-pressed", String(how.only === column.id));
  button.title = how.only ? "Show all columns" : "Show this column alone";
  button.addEventListener("click", () => how.pick(how.only === column.id ? "" : column.id));
  heading.append(button, element("span", "count", String(count)));
  const list = element("ul");
  list.append(...visible);
  made.append(heading, list);
  if (!visible.length) made.append(element("p", "empty", "Nothing here."));
  if (count > visible.length) {
    const more = element("button", "quiet more", `Show ${Math.min(CAP, count - visible.length)} more of ${count}`);
    more.type = "button";
    more.addEventListener("click", () => {
      shown.set(column.id, visible.length + CAP);
      how.redraw();
    });
    made.append(more);
  }
  return made;
}

/** @param {Job} job @param {number} now */
function cardOf(job, now) {
  const known = cards.get(job.n);
  if (known && JSON.stringify(known.job) === JSON.stringify(job)) {
    refresh(known.card, job, now);
    return known.card;
  }
  const card = element("li");
  const link = element("a", "job");
  link.href = `?job=${job.n}`;
  link.dataset.job = String(job.n);
  const text = element("span", "text", TEXTS[job.text] ?? "");
  text.dataset.text = job.text;
  link.append(
    element("strong", "", job.name),
    element("span", "price", job.price),
    element("span", "place", `#${job.n} · ${job.place}`),
    element("span", job.driver ? "driver" : "driver nobody", job.driver ?? "No driver"),
    text,
    element("span", "age"),
  );
  card.append(link);
  refresh(card, job, now);
  cards.set(job.n, { job, card });
  return card;
}

/** Brings what a card says of time up to now. @param {HTMLElement} card @param {Job} job @param {number} now */
function refresh(card, job, now) {
  const place = /** @type {HTMLElement} */ (card.querySelector(".age"));
  const words = urgent(job, now) || `${age(now - job.since)}`;
  const said = job.booked ? "Approve?" : job.status === "cancelled" ? "Cancelled" : words;
  if (place.textContent !== said) place.textContent = said;
  card.className = urgent(job, now) || job.booked ? "urgent" : "";
}

/** @param {Job} job @param {number} now */
function urgent(job, now) {
  if (isLate(job, now)) return `Late ${age(now - Number(job.late_at))}`;
  return isStuck(job, now) ? `Waits ${age(now - job.since)}` : "";
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} name
 * @param {string} [className]
 * @param {string} [text]
 */
export function element(name, className = "", text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}
