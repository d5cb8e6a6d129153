// The customer's phone: one conversation a number; the newest job's number comes up by itself.

import { Log, make } from "./log.js";
import { showMessage } from "./messages.js";
import { Pane } from "./pane.js";

export class Customer {
  constructor(section) {
    this.frame = section.querySelector(".log");
    this.select = document.getElementById("numbers");
    this.words = document.getElementById("number");
    this.controls = section.querySelectorAll(".chip, .line, .send");
    this.logs = new Map();
    this.phone = "";
    this.newest = 0;
    this.offered = "";
    this.pane = new Pane(section, () => this.phone || "customer", () => this.logOf(this.phone));
    this.select.addEventListener("change", () => this.turnTo(this.select.value));
  }

  /** Shows the texts and offers the numbers of `news`. */
  show(news) {
    const jobs = news.jobs.filter((job) => job.phone);
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

  /** Returns the conversation of a number. */
  logOf(phone) {
    if (!this.logs.has(phone)) {
      const column = make("div", "column");
      column.hidden = phone !== this.phone;
      this.frame.append(column);
      this.logs.set(phone, new Log(this.frame, column));
    }
    return this.logs.get(phone);
  }

  offer(jobs) {
    const names = new Map(jobs.map((job) => [job.phone, `${job.name}, ${job.phone_words}`]));
    const now = JSON.stringify([...names]);
    if (now === this.offered) return;
    this.offered = now;
    this.select.replaceChildren(...Array.from(names, ([phone, name]) => new Option(name, phone)));
    this.select.value = this.phone;
    this.select.hidden = names.size < 2;
    if (names.size === 1) this.words.textContent = [...names.values()][0];
    else this.words.textContent = "Texts (SMS)";
  }

  turnTo(phone) {
    this.phone = phone;
    this.select.value = phone;
    document.getElementById("nobody")?.remove();
    for (const [number, log] of this.logs) log.column.hidden = number !== phone;
    for (const control of this.controls) control.disabled = false;
    this.frame.scrollTop = this.frame.scrollHeight;
  }
}
