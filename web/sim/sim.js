// The simulator: three phones, one desk. The rules are the server's; here is only what the phones show.

import { Customer } from "./customer.js";
import { offerDay } from "./demo.js";
import { showJobs } from "./jobs.js";
import { follow } from "./line.js";
import { setLinkStart } from "./log.js";
import { showMessage } from "./messages.js";
import { Pane } from "./pane.js";

const section = (id) => document.getElementById(id);

const staff = { dispatcher: new Pane(section("dispatcher")), driver: new Pane(section("driver")) };
const customer = new Customer(section("customer"));
const note = section("note");

function tell(words, kind) {
  note.dataset.kind = kind;
  if (note.textContent !== words) note.textContent = words;
}

function show(news) {
  if (news.live) tell("Real accounts are connected: texts from here do go out.", "live");
  else tell("Simulator. Nothing is sent to anyone.", "calm");
  setLinkStart(news.link_start);
  showJobs(news.jobs);
  for (const message of news.messages) {
    const pane = staff[message.pane];
    if (pane) showMessage(message, pane.log(), (command, button) => pane.tap(command, button));
  }
  customer.show(news);
}

offerDay(document.getElementById("demo"), { ...staff, customer });

const line = staff.dispatcher.input;
line.focus();
line.setSelectionRange(line.value.length, line.value.length);
follow(show, () => tell("The server does not answer. Trying again…", "lost"));
