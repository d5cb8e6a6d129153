// Logs: what stands on a phone, as bubbles.

import { make, part } from "./elements.js";

/** @typedef {{label: string, command: string}} Button */
/** @typedef {(command: string, button: HTMLButtonElement) => void} Tap */

let linkStart = "";

/**
 * Tells how the links to tracking pages start: nothing else becomes a link.
 * @param {string} start
 */
export function setLinkStart(start) { linkStart = start; }

/**
 * Puts `text` into `element`; a link to a tracking page can be opened, in a tab of its own.
 * @param {Element} element
 * @param {string} text
 */
export function write(element, text) {
  /** @type {(string | HTMLElement)[]} */
  const parts = [];
  let rest = text;
  for (;;) {
    const at = linkStart ? rest.indexOf(linkStart) : -1;
    if (at < 0) break;
    const token = rest.slice(at + linkStart.length).match(/^[0-9A-Za-z]*/)?.[0] ?? "";
    const link = linkStart + token;
    const anchor = make("a", "", link);
    anchor.href = link;
    anchor.target = "_blank";
    anchor.rel = "noopener noreferrer";
    parts.push(rest.slice(0, at), anchor);
    rest = rest.slice(at + link.length);
  }
  element.replaceChildren(...parts, rest);
}

/** A column of bubbles that keeps its end in sight while its reader is there. */
export class Log {
  /**
   * @param {HTMLElement} frame What scrolls.
   * @param {HTMLElement} column What the bubbles stand in.
   */
  constructor(frame, column = frame) {
    this.frame = frame;
    this.column = column;
  }

  /**
   * Adds a bubble at the end.
   * @param {"me" | "bot"} from
   * @param {string} text
   * @param {string} kind
   */
  add(from, text, kind = "") {
    const row = make("div", `row ${from} ${kind}`.trim());
    const bubble = make("div", "bubble");
    const words = make("p", "words");
    words.dir = "auto";
    write(words, text);
    bubble.append(words);
    row.append(bubble);
    this.keepEnd(() => this.column.append(row));
    return row;
  }

  /**
   * Puts buttons under a bubble, in place of those that were there; a tap calls `tap` with the command.
   * @param {HTMLElement} row
   * @param {Button[]} buttons
   * @param {Tap} tap
   */
  addButtons(row, buttons, tap) {
    row.querySelector(".buttons")?.remove();
    if (!buttons.length) return;
    const bar = make("div", "buttons");
    for (const { label, command } of buttons) {
      const button = make("button", "key", label);
      button.type = "button";
      button.title = command;
      // The second press of a double one may hit what has come under the pointer since.
      button.addEventListener("click", (event) => { if (event.detail < 2) tap(command, button); });
      bar.append(button);
    }
    this.keepEnd(() => row.append(bar));
  }

  /**
   * Edits a bubble in place, as a chat does with a card, and marks it for a moment.
   * @param {HTMLElement} row
   * @param {string} text
   * @param {Button[]} buttons
   * @param {Tap} tap
   */
  edit(row, text, buttons, tap) {
    this.keepEnd(() => {
      write(part(row, ".words"), text);
      this.addButtons(row, buttons, tap);
    });
    row.classList.remove("is-edited");
    // Read, so that the mark begins anew.
    void row.offsetWidth;
    row.classList.add("is-edited");
  }

  /**
   * Changes the log and scrolls to its end, unless somebody reads further up.
   * @param {() => void} change
   */
  keepEnd(change) {
    const { frame } = this;
    const atEnd = frame.scrollHeight - frame.scrollTop - frame.clientHeight < 80;
    change();
    if (atEnd) frame.scrollTop = frame.scrollHeight;
  }
}
