// Messages: what the outbox owes or has sent, each a bubble that tells what becomes of it.

import { make, write } from "./log.js";

const shown = new Map();

/** Shows `message` in `log`, or brings its bubble up to date; `tap` is for its buttons. */
export function showMessage(message, log, tap) {
  let entry = shown.get(message.id);
  if (!entry) {
    const row = log.add("bot", message.text);
    const fate = make("p", "fate");
    // Seconds that run down are not read out one by one.
    fate.setAttribute("aria-live", "off");
    row.firstElementChild.append(fate);
    log.addButtons(row, message.buttons, tap);
    entry = { row, fate, text: message.text };
    shown.set(message.id, entry);
  }
  if (entry.text !== message.text) {
    entry.text = message.text;
    write(entry.row.querySelector(".words"), message.text);
  }
  entry.message = message;
  entry.leavesAt = performance.now() + (message.leaves_in_s ?? 0) * 1000;
  entry.row.dataset.status = message.status;
  log.keepEnd(() => tell(entry));
}

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

function tell(entry) {
  const words = fateOf(entry);
  if (entry.fate.textContent !== words) entry.fate.textContent = words;
}

setInterval(() => {
  for (const entry of shown.values()) if (entry.message.status === "pending") tell(entry);
}, 500);
