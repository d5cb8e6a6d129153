/** A job's sheet: what is known of it, its history, and the chat's lines ready to copy. */

import { element } from "/assets/board-columns.js";

/** @typedef {import("/assets/board-jobs.js").Job} Job */

/**
 * @typedef {object} Sheet
 * @property {string} job_id
 * @property {string | null} note
 * @property {string | null} link
 * @property {{at: string, words: string}[]} history
 * @property {{label: string, line: string}[]} lines
 * @property {string[]} photos
 */

const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("sheet"));
const title = /** @type {HTMLElement} */ (document.getElementById("sheet-title"));
const body = /** @type {HTMLElement} */ (document.getElementById("sheet-body"));
const spoken = /** @type {HTMLElement} */ (document.getElementById("spoken"));
const STATUSES = {
  pending_confirmation: ["amber", "Waiting for OK"],
  ready_for_pickup: ["blue", "Ready"],
  in_transit: ["orange", "In transit"],
  dumped: ["teal", "Dumped"],
  complete: ["green", "Complete"],
  cancelled: ["grey", "Cancelled"],
};
/** @type {number | null} */
let open = null;

/** @param {() => void} closed */
export function start(closed) {
  document.getElementById("sheet-close")?.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    open = null;
    closed();
  });
}

/** Shows a job; again with `changed`, when it changed while it is open. @param {Job} job */
export async function show(job) {
  const again = open === job.n;
  open = job.n;
  title.textContent = `#${job.n} ${job.name}`;
  if (!again) body.replaceChildren(...facts(job, null), element("p", "quiet-words", "Loading the history…"));
  if (!dialog.open) dialog.showModal();
  const sheet = await load(job.n);
  if (open !== job.n) return;
  const rest = sheet ? [lines(sheet), history(sheet)] : [element("p", "quiet-words", "The history can’t be loaded now.")];
  body.replaceChildren(...facts(job, sheet), ...rest);
}

export function close() {
  dialog.close();
}

/** @returns {number | null} */
export function shownJob() {
  return open;
}

/** @param {number} number @returns {Promise<Sheet | null>} */
async function load(number) {
  try {
    const response = await fetch(`/data/jobs/${number}.json`, { cache: "no-store" });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

/** @param {Job} job @param {Sheet | null} sheet */
function facts(job, sheet) {
  const [tone, words] = STATUSES[/** @type {keyof STATUSES} */ (job.status)] ?? ["grey", job.status];
  const pill = element("p", "pill", job.booked ? "Booked online: approve?" : words);
  pill.dataset.tone = tone;
  const list = element("dl", "facts");
  /** @type {[string, Node | string | null][]} */
  const rows = [
    ["Price", job.price],
    ["Place", link(job.place, `https://www.google.com/maps/search/?api=1&query=${encodeURIComponent(job.place)}`)],
    ["Phone", job.phone && link(job.phone, `tel:${job.phone.replace(/[^\d+]/g, "")}`)],
    ["When", job.when],
    ["Driver", job.driver ?? "Nobody yet"],
    ["Note", sheet?.note ?? null],
    ["Customer’s page", sheet?.link ? link("Open", sheet.link) : sheet && "Revoked"],
  ];
  for (const [name, value] of rows) {
    if (!value) continue;
    const row = element("div");
    const answer = element("dd");
    answer.append(value);
    row.append(element("dt", "", name), answer);
    list.append(row);
  }
  return [pill, list, ...photos(sheet)];
}

/** @param {Sheet | null} sheet */
function photos(sheet) {
  if (!sheet?.photos.length) return [];
  const list = element("ul", "photos");
  for (const [index, address] of sheet.photos.entries()) {
    const anchor = link("", address);
    const image = element("img");
    image.src = address;
    image.alt = `Photo ${index + 1}`;
    image.loading = "lazy";
    anchor.append(image);
    const item = element("li");
    item.append(anchor);
    list.append(item);
  }
  return [list];
}

/** @param {Sheet} sheet */
function lines(sheet) {
  const section = element("section");
  section.append(element("h3", "", "Type in the chat"));
  const list = element("ul", "copies");
  for (const { label, line } of sheet.lines) {
    const button = element("button", "copy");
    button.type = "button";
    button.append(element("code", "", line.trim()), element("span", "", label));
    button.addEventListener("click", () => copy(button, line));
    const item = element("li");
    item.append(button);
    list.append(item);
  }
  section.append(list);
  return section;
}

/** @param {HTMLButtonElement} button @param {string} line */
async function copy(button, line) {
  const label = /** @type {HTMLElement} */ (button.lastElementChild);
  const before = button.dataset.label ?? label.textContent ?? "";
  button.dataset.label = before;
  try {
    await navigator.clipboard.writeText(line);
    label.textContent = "Copied";
  } catch {
    label.textContent = "Copy it by hand";
  }
  spoken.textContent = `${label.textContent}: ${line}`;
  setTimeout(() => {
    label.textContent = before;
  }, 1500);
}

/** @param {Sheet} sheet */
function history(sheet) {
  const section = element("section");
  section.append(element("h3", "", "History"));
  const list = element("ol", "history");
  for (const { at, words } of [...sheet.history].reverse()) {
    const item = element("li");
    item.append(element("span", "at", at), element("span", "", words.replaceAll("->", "→")));
    list.append(item);
  }
  section.append(list);
  return section;
}

/** @param {string} words @param {string} address */
function link(words, address) {
  const made = element("a", "", words);
  made.href = address;
  if (!address.startsWith("tel:")) {
    made.target = "_blank";
    made.rel = "noopener noreferrer";
  }
  return made;
}
