// The customer's phone: one conversation a number; the newest job's number comes up by itself.

import { by, make, part } from "./elements.js";
import { Log } from "./log.js";
import { showMessage } from "./messages.js";
import { Pane } from "./pane.js";

export class Customer {
  /** @param {HTMLElement} section */
  constructor(section) {
    this.frame = part(section, ".log");
    this.select = /** @type {HTMLSelectElement} */ (by("numbers"));
    this.words = by("number");
    /** @type {NodeListOf<HTMLButtonElement | HTMLInputElement>} */
    this.controls = section.querySelectorAll(".chip, .line, .send");
    /** @type {Map<string, Log>} */
    this.logs = new Map();
    this.phone = "";
    this.newest = 0;
    this.offered = "";
    this.pane = new Pane(section, () => this.phone || "customer", () => this.logOf(this.phone));
    this.select.addEventListener("change", () => this.turnTo(this.select.value));
  }

  /**
   * Shows the texts and offers the numbers of `news`.
   * @param {import("./line.js").News} news
   */
  show(news) {
    const jobs = news.jobs.flatMap(({ number, name, phone, phone_words: words }) =>
      phone ? { number, phone, label: `${name}, ${words}` } : []);
    for (const message of news.messages) {
      if (message.pane === "customer") showMessage(message, this.logOf(message.to), () => {});
    }
    const last = jobs.at(-1);
    if (!last) return;
    this.offer(jobs);
    if (last.number !== this.newest || !jobs.some((job) => job.phone === this.phone)) {
      this.newest = last.number;
      this.turnTo(last.phone);
    }
  }

  /**
   * Returns the conversation of a number.
   * @param {string} phone
   */
  logOf(phone) {
    const known = this.logs.get(phone);
    if (known) return known;
    const column = make("div", "column");
    column.hidden = phone !== this.phone;
    this.frame.append(column);
    const log = new Log(this.frame, column);
    this.logs.set(phone, log);
    return log;
  }

  /**
   * Offers each number once, under the name of its newest job.
   * @param {{phone: string, label: string}[]} jobs
   */
  offer(jobs) {
    const names = new Map(jobs.map(({ phone, label }) => [phone, label]));
    const now = JSON.stringify([...names]);
    if (now === this.offered) return;
    this.offered = now;
    this.select.replaceChildren(...Array.from(names, ([phone, name]) => new Option(name, phone)));
    this.select.value = this.phone;
    this.select.hidden = names.size < 2;
    if (names.size === 1) this.words.textContent = [...names.values()][0];
    else this.words.textContent = "Texts (SMS)";
  }

  /**
   * Shows the phone with this number.
   * @param {string} phone
   */
  turnTo(phone) {
    this.phone = phone;
    this.select.value = phone;
    document.getElementById("nobody")?.remove();
    for (const [number, log] of this.logs) log.column.hidden = number !== phone;
    for (const control of this.controls) control.disabled = false;
    this.frame.scrollTop = this.frame.scrollHeight;
  }
}
