// Messages: what the outbox owes or has sent, each a bubble that tells what becomes of it.

import { make, part } from "./elements.js";
import { write } from "./log.js";

/**
 * @typedef {object} Message
 * @property {string} id
 * @property {"dispatcher" | "driver" | "customer"} pane
 * @property {string} to
 * @property {string} text
 * @property {string} parts How a text travels; empty for a chat message.
 * @property {import("./log.js").Button[]} buttons
 * @property {number} edits How often it was edited since it came.
 * @property {string} status
 * @property {string} why
 * @property {number | null} leaves_in_s
 * @property {string} leaves_at
 * @property {string} at
 */

/**
 * @typedef {object} Entry A message and its bubble.
 * @property {HTMLElement} row
 * @property {HTMLElement} fate
 * @property {string} text
 * @property {Message} message
 * @property {number} leavesAt By the page's own clock, in milliseconds.
 */

/** @type {Map<string, Entry>} */
const shown = new Map();

/**
 * Shows `message` in `log`, or brings its bubble up to date; `tap` is for its buttons.
 * @param {Message} message
 * @param {import("./log.js").Log} log
 * @param {import("./log.js").Tap} tap
 */
export function showMessage(message, log, tap) {
  let entry = shown.get(message.id);
  if (!entry) {
    const row = log.add("bot", message.text);
    const fate = make("p", "fate");
    // Seconds that run down are not read out one by one.
    fate.setAttribute("aria-live", "off");
    part(row, ".bubble").append(fate);
    log.addButtons(row, message.buttons, tap);
    entry = { row, fate, text: message.text, message, leavesAt: 0 };
    shown.set(message.id, entry);
  }
  if (entry.message.edits !== message.edits) {
    log.edit(entry.row, message.text, message.buttons, tap);
  } else if (entry.text !== message.text) {
    write(part(entry.row, ".words"), message.text);
  }
  entry.text = message.text;
  const current = entry;
  current.message = message;
  current.leavesAt = performance.now() + (message.leaves_in_s ?? 0) * 1000;
  current.row.dataset.status = message.status;
  log.keepEnd(() => tell(current));
}

/** @param {Entry} entry */
function fateOf({ message, leavesAt }) {
  const why = message.why ? `: ${message.why}` : "";
  const left = Math.ceil((leavesAt - performance.now()) / 1000);
  switch (message.status) {
    case "pending":
      return left > 0 ? `leaves in ${left} s, undo stops it` : "leaves now";
    case "held":
      return `held${why}, until ${message.leaves_at}`;
    case "sending":
      return "leaves now";
    case "sent":
      return message.parts ? `${message.at} · ${message.parts}` : message.at;
    case "dropped":
      return `never sent${why}`;
    case "failed":
      return `refused by the provider${why}`;
    default:
      return "may or may not have gone out";
  }
}

/** @param {Entry} entry */
function tell(entry) {
  const words = fateOf(entry);
  if (entry.fate.textContent !== words) entry.fate.textContent = words;
}

setInterval(() => {
  for (const entry of shown.values()) if (entry.message.status === "pending") tell(entry);
}, 500);
