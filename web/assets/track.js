/** The tracking page: shows the view of one job, in English or Spanish, and follows it while it moves. */

import { poll } from "/assets/poll.js";
import { WORDS } from "/assets/track-words.js";

const SCHEMA = 1;
/** What a text app may take into a link behind the token, like a full stop, is not a part of it. */
const ADDRESS = /^\/+track\/+([0-9A-Za-z]{22}|[0-9A-Fa-f]{16})[^0-9A-Za-z]*$/;
/** Characters: a longer headline is set smaller, so that two lines hold it on a phone. */
const LONG = 34;
/** A photo of this very site, and nothing else. */
const PROOF = /^\/t\/[0-9A-Za-z]{16,22}\/[0-9A-Za-z_-]{1,40}\.jpg$/;
const WAITING = ["loading", "trouble", "offlineFirst"];
/** @type {Record<string, string>} */
const TONES = {
  pending_confirmation: "amber",
  ready_for_pickup: "blue",
  in_transit: "orange",
  dumped: "teal",
  complete: "green",
};

/** What the released page knows of the business before, or without, any view. */
const FIRM = {
  name: element("business").textContent ?? "",
  phone_text: element("page").dataset.phoneText,
};

/** @type {any} The view that is shown; null before the first one. */
let view = null;
/** What is shown: a status, or one of the states that are none. */
let state = "loading";
/** @type {"" | "stale" | "offline"} */
let trouble = "";
/** Chosen by hand on this device, else the customer's as the view says it, else the browser's. */
let chosen = remembered();
let language = chosen ?? (navigator.language.startsWith("es") ? "es" : "en");

start();

function start() {
  element("language").addEventListener("click", switchLanguage);
  element("print").addEventListener("click", () => print());
  const token = ADDRESS.exec(location.pathname)?.[1];
  if (!token) return gone();
  draw();
  poll(`/t/${token}.json`, { show, same, gone, failed, offline });
}

/** @param {any} answer */
function show(answer) {
  const whole = answer.business && (answer.state !== "live" || Array.isArray(answer.steps));
  if (answer.schema !== SCHEMA || !whole) throw new Error("a view of another kind");
  trouble = "";
  if (view && answer.revision < view.revision) {
    draw(); // An older copy from a cache: keep what is newer.
    return { changed: false, done: false };
  }
  const changed = answer.revision !== view?.revision;
  const first = view === null;
  const before = sentences().join();
  view = answer;
  state = answer.state === "live" ? answer.status : answer.state;
  if (!chosen && answer.language in WORDS) language = answer.language;
  draw();
  if (!first && before !== sentences().join()) speak();
  return { changed, done: answer.state !== "live" || answer.done };
}

function same() {
  if (trouble) {
    trouble = "";
    draw();
  }
}

function gone() {
  view = null;
  state = "missing";
  trouble = "";
  draw();
  speak();
}

/** @param {number} failures */
function failed(failures) {
  if (view === null) state = "trouble";
  else if (failures > 1) trouble = "stale";
  draw();
}

function offline() {
  if (view === null) state = "offlineFirst";
  else trouble = "offline";
  draw();
}

function switchLanguage() {
  chosen = language = language === "en" ? "es" : "en";
  try {
    localStorage.setItem("language", language);
  } catch {
    // Storage may be off: then the choice lasts for this visit.
  }
  draw();
}

function remembered() {
  try {
    const stored = localStorage.getItem("language");
    return stored && stored in WORDS ? stored : null;
  } catch {
    return null;
  }
}

function draw() {
  const words = WORDS[language];
  const [pill, headline, next] = sentences();
  const business = view?.business.name ?? FIRM.name;
  document.documentElement.lang = language;
  document.title = `${headline} – ${business}`;
  document.body.dataset.tone = TONES[state] ?? "grey";
  element("page").setAttribute("aria-busy", String(state === "loading"));
  element("business").textContent = business;
  element("language").textContent = words.other;
  element("language").lang = language === "en" ? "es" : "en";
  element("receipt-title").textContent = words.labels.receipt;
  element("pill").textContent = pill;
  drawWords(headline, next);
  drawSteps(words);
  drawActions(words);
  drawFacts(words);
  drawReview(words);
  drawPhotos(words);
  const at = view?.updated?.[language];
  element("updated").textContent = at ? filled(words.updated, at) : "";
  element("banner").textContent = trouble && at ? filled(words[trouble], at) : "";
  element("banner").hidden = !trouble;
}

/** @returns {string[]} Pill, headline, what comes next. */
function sentences() {
  const words = WORDS[language];
  const [pill, headline, next] = words[state] ?? [named(state), named(state), ""];
  const [sentence, times] = state === "cancelled" ? [words.cancelledAt, view.cancelled_at] : [words.eta, view?.eta];
  if (!times) return [pill, headline, next];
  const told = filled(sentence, times[language]);
  return [pill, headline, `${told}${told.endsWith(".") ? "" : "."} ${next}`]; // A Spanish time may end in one.
}

/**
 * New nodes, not new text in old ones: what is replaced has no old place that it could jump from.
 * @param {string} headline @param {string} next
 */
function drawWords(headline, next) {
  const title = made("h1", headline.length > LONG ? "long" : "", headline);
  title.id = "headline";
  element("words").replaceChildren(title, made("p", "next", next));
}

/** @param {any} words */
function drawSteps(words) {
  const waiting = WAITING.includes(state);
  const steps = view?.steps ?? Object.keys(TONES).map((status) => ({ status, state: "next", at: null }));
  const moving = waiting || (view?.state === "live" && state !== "cancelled");
  element("hero").classList.toggle("settled", !moving);
  for (const id of ["progress", "road", "updated"]) element(id).hidden = !moving;
  element("road").dataset.step = String(state in TONES ? Object.keys(TONES).indexOf(state) + 1 : 0);
  element("steps").setAttribute("aria-label", words.labels.steps);
  element("steps").replaceChildren(
    ...steps.map((/** @type {any} */ step) => {
      const item = document.createElement("li");
      const name = made("span", "step", "");
      item.dataset.state = step.state;
      if (step.state === "current") item.setAttribute("aria-current", "step");
      if (!waiting) name.append(made("span", "unseen", words.states[step.state] ?? ""));
      name.append(words[step.status]?.[3] ?? named(step.status));
      item.append(made("span", "dot", ""), name, made("span", "at", step.at?.[language] ?? ""));
      return item;
    }),
  );
}

/** @param {any} words */
function drawActions(words) {
  for (const [id, scheme] of view ? [["call", "tel:"], ["text", "sms:"]] : []) {
    if (view.business.phone) element(id).setAttribute("href", scheme + view.business.phone);
    else element(id).removeAttribute("href");
  }
  for (const id of ["call", "text", "print"]) element(`${id}-label`).textContent = words.labels[id];
  element("print").hidden = view?.state !== "live";
  element("actions").hidden = state === "loading";
}

/** @param {any} words */
function drawFacts(words) {
  const rows = [
    [words.facts.name, view?.first_name],
    [words.facts.price, view?.price],
    [words.facts.driver, view?.driver],
    [words.facts.phone, view?.business.phone_text ?? (state === "missing" ? FIRM.phone_text : null)],
  ].filter(([, value]) => value);
  element("facts").hidden = rows.length === 0;
  element("facts").replaceChildren(
    ...rows.map(([name, value]) => {
      const row = document.createElement("div");
      row.append(made("dt", "", name), made("dd", "", value));
      return row;
    }),
  );
}

/** @param {any} words */
function drawReview(words) {
  const wanted = state === "complete" && element("review").hasAttribute("href");
  element("praise").hidden = !wanted;
  element("review").textContent = words.review;
  if (wanted) element("updated").hidden = true; // The one takes the place of the other, so that nothing moves.
}

/** @param {any} words */
function drawPhotos(words) {
  const proofs = (view?.proofs ?? []).filter((/** @type {any} */ one) => PROOF.test(one));
  element("proofs").hidden = proofs.length === 0;
  element("proofs-title").textContent = words.photos;
  const shown = [...element("photos").querySelectorAll("img")].map((photo) => photo.getAttribute("src"));
  if (proofs.join() !== shown.join()) element("photos").replaceChildren(...proofs.map(photo));
  for (const [index, image] of element("photos").querySelectorAll("img").entries()) {
    image.alt = filled(words.photo, String(index + 1));
  }
}

/** @param {string} address */
function photo(address) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  const image = document.createElement("img");
  link.href = image.src = address;
  image.width = 400;
  image.height = 300;
  image.addEventListener("error", () => item.remove());
  link.append(image);
  item.append(link);
  return item;
}

/** Tells screen readers what became true; the region is in the page from the start. */
function speak() {
  const [, headline, next] = sentences();
  element("spoken").textContent = `${headline} – ${next}`;
}

/** @param {string} sentence Has one place for a time. @param {string} at */
function filled(sentence, at) {
  return sentence.split("{}").join(at);
}

/** @param {string} status */
function named(status) {
  const words = status.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** @param {string} tag @param {string} className @param {string} text */
function made(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.textContent = text;
  return node;
}

/** @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
