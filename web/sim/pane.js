// A pane: one person's chat, with its log, its words to tap and its line to type.

import { part } from "./elements.js";
import { say } from "./line.js";
import { Log } from "./log.js";

/**
 * @typedef {object} Card An answer that is the card of its job, as it stands now.
 * @property {"dispatcher" | "driver"} pane
 * @property {number} message
 * @property {string} text
 * @property {import("./log.js").Button[]} buttons
 * @property {number} edits
 */

/** @type {Record<string, number>} */
const STEPS = { ArrowUp: -1, ArrowDown: 1 };

export class Pane {
  /**
   * @param {HTMLElement} section
   * @param {() => string} [speaker] Returns who speaks here now.
   * @param {() => Log} [log] Returns the log that the answer belongs to.
   */
  constructor(section, speaker, log) {
    this.section = section;
    this.frame = part(section, ".log");
    this.input = /** @type {HTMLInputElement} */ (part(section, ".line"));
    this.speaker = speaker ?? (() => section.id);
    const only = new Log(this.frame);
    this.log = log ?? (() => only);
    /** @type {string[]} */
    this.said = [];
    this.at = 0;
    /** @type {Set<HTMLButtonElement>} */
    this.flying = new Set();
    /** @type {Map<number, {row: HTMLElement, log: Log, edits: number}>} */
    this.answers = new Map();
    /** @type {Map<number, Card>} */
    this.cards = new Map();
    part(section, "form").addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.input.value;
      if (!text.trim()) return;
      this.input.value = "";
      this.send(text);
    });
    this.input.addEventListener("keydown", (event) => this.recall(event));
    for (const chip of /** @type {NodeListOf<HTMLButtonElement>} */ (section.querySelectorAll(".chip"))) {
      chip.addEventListener("click", () => this.tap(chip.dataset.says ?? "", chip));
    }
  }

  /**
   * Sends `text` as this person, shows it and its answer, and returns that.
   * @param {string} text
   */
  async send(text) {
    if (this.said.at(-1) !== text) this.said.push(text);
    this.at = this.said.length;
    const log = this.log();
    this.section.querySelector(".empty")?.remove();
    log.add("me", text);
    const reply = await say(this.speaker(), text);
    this.show(reply, log);
    return reply;
  }

  /**
   * Sends `command` once, however often its button is pressed before the answer is there.
   * @param {string} command
   * @param {HTMLButtonElement} button
   */
  async tap(command, button) {
    if (this.flying.has(button)) return;
    this.flying.add(button);
    button.setAttribute("aria-disabled", "true");
    await this.send(command);
    button.removeAttribute("aria-disabled");
    this.flying.delete(button);
  }

  /**
   * Shows a reply; one without words is none.
   * @param {import("./line.js").Reply} reply
   * @param {Log} log
   */
  show(reply, log) {
    if (!reply.text && !reply.buttons.length) return;
    const row = log.add("bot", reply.text, `is-${reply.kind}`);
    log.addButtons(row, reply.buttons, (command, button) => this.tap(command, button));
    if (!reply.message) return;
    this.answers.set(reply.message, { row, log, edits: 0 });
    const card = this.cards.get(reply.message);
    if (card) this.edit(card);
  }

  /**
   * Brings an answer that is a job's card up to date; its news may come before it does.
   * @param {Card} card
   */
  edit(card) {
    this.cards.set(card.message, card);
    const there = this.answers.get(card.message);
    if (!there || there.edits >= card.edits) return;
    there.edits = card.edits;
    there.log.edit(there.row, card.text, card.buttons, (command, button) => this.tap(command, button));
  }

  /**
   * Brings back what was typed before.
   * @param {KeyboardEvent} event
   */
  recall(event) {
    const step = STEPS[event.key];
    if (!step || !this.said.length || event.isComposing) return;
    event.preventDefault();
    this.at = Math.max(0, Math.min(this.said.length, this.at + step));
    this.input.value = this.said[this.at] ?? "";
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
  }
}
