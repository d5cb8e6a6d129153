// A pane: one person's chat, with its log, its words to tap and its line to type.

import { say } from "./line.js";
import { Log } from "./log.js";

export class Pane {
  /** `speaker` returns who speaks here now; `log` the log that the answer belongs to. */
  constructor(section, speaker, log) {
    this.section = section;
    this.frame = section.querySelector(".log");
    this.input = section.querySelector(".line");
    this.speaker = speaker ?? (() => section.id);
    const only = new Log(this.frame);
    this.log = log ?? (() => only);
    this.said = [];
    this.at = 0;
    this.flying = new Set();
    section.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.input.value;
      if (!text.trim()) return;
      this.input.value = "";
      this.send(text);
    });
    this.input.addEventListener("keydown", (event) => this.recall(event));
    for (const chip of section.querySelectorAll(".chip")) {
      chip.addEventListener("click", () => this.tap(chip.dataset.says, chip));
    }
  }

  /** Sends `text` as this person, shows it and its answer, and returns that. */
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

  /** Sends `command` once, however often its button is pressed before the answer is there. */
  async tap(command, button) {
    if (this.flying.has(button)) return;
    this.flying.add(button);
    button.setAttribute("aria-disabled", "true");
    await this.send(command);
    button.removeAttribute("aria-disabled");
    this.flying.delete(button);
  }

  /** Shows a reply; one without words is none. */
  show(reply, log) {
    if (!reply.text && !reply.buttons.length) return;
    const row = log.add("bot", reply.text, `is-${reply.kind}`);
    log.addButtons(row, reply.buttons, (command, button) => this.tap(command, button));
  }

  /** Brings back what was typed before. */
  recall(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || !this.said.length || event.isComposing) return;
    event.preventDefault();
    this.at = Math.max(0, Math.min(this.said.length, this.at + step));
    this.input.value = this.said[this.at] ?? "";
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
  }
}
