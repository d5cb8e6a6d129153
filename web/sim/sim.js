// The simulator: three phones, one desk. The rules are the server's; here is only what the phones show.

import { Customer } from "./customer.js";
import { offerDay } from "./demo.js";
import { by } from "./elements.js";
import { showJobs } from "./jobs.js";
import { follow } from "./line.js";
import { setLinkStart } from "./log.js";
import { showMessage } from "./messages.js";
import { Pane } from "./pane.js";

const staff = { dispatcher: new Pane(by("dispatcher")), driver: new Pane(by("driver")) };
const customer = new Customer(by("customer"));
const note = by("note");

/**
 * @param {string} words
 * @param {"live" | "calm" | "lost"} kind
 */
function tell(words, kind) {
  note.dataset.kind = kind;
  if (note.textContent !== words) note.textContent = words;
}

/** @param {import("./line.js").News} news */
function show(news) {
  if (news.live) tell("Real accounts are connected: texts from here do go out.", "live");
  else tell("Simulator. Nothing is sent to anyone.", "calm");
  setLinkStart(news.link_start);
  showJobs(news.jobs);
  for (const message of news.messages) {
    if (message.pane === "customer") continue;
    const pane = staff[message.pane];
    showMessage(message, pane.log(), (command, button) => pane.tap(command, button));
  }
  for (const card of news.cards) staff[card.pane].edit(card);
  customer.show(news);
}

offerDay(by("demo"), { ...staff, customer });

const line = staff.dispatcher.input;
line.focus();
line.setSelectionRange(line.value.length, line.value.length);
follow(show, () => tell("The server does not answer. Trying again…", "lost"));
