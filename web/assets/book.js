/**
 * The booking form: checks what was typed before it is sent, sends it without leaving the page, and says what became
 * of it. The server judges everything again; without this script the form posts itself.
 */

const TIMEOUT_MS = 15000;
const KEY_BYTES = 16;
/** Ten digits of the North American plan, after a leading 1 was dropped. */
const PHONE = /^[2-9]\d{2}[2-9]\d{6}$/;
const ZIP = /^\s*\d{5}(?:-\d{4})?\s*$/;

/** @typedef {HTMLInputElement | HTMLTextAreaElement} Control */

const form = /** @type {HTMLFormElement | null} */ (document.getElementById("form"));
if (form) start(form);

/** @param {HTMLFormElement} form */
function start(form) {
  const title = document.title;
  let sending = false;
  form.noValidate = true;
  const key = /** @type {HTMLInputElement} */ (form.elements.namedItem("key"));
  key.value = madeKey(); // Anew, since browsers bring back what a field held before a reload.
  form.addEventListener("input", (event) => cleared(/** @type {Control} */ (event.target)));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (sending) return;
    const errors = checked(form);
    if (errors.length) return problem(form, title, errors);
    sending = true;
    busy(form, true);
    const answer = await sent(form);
    sending = false;
    busy(form, false);
    if (answer.reference) return done(form, answer.reference);
    const found = Object.entries(answer.errors ?? {}).map(([name, words]) => ({ name, words: String(words) }));
    problem(form, title, found, found.length ? "" : answer.problem);
  });
}

/**
 * @param {HTMLFormElement} form
 * @returns {{name: string, words: string}[]} What is wrong, in the form's order.
 */
function checked(form) {
  const errors = [];
  const seen = new Set();
  for (const control of controls(form)) {
    if (seen.has(control.name)) continue;
    seen.add(control.name);
    const words = fault(form, control);
    mark(form, control.name, words);
    if (words) errors.push({ name: control.name, words });
  }
  return errors;
}

/**
 * @param {HTMLFormElement} form
 * @param {Control} control
 */
function fault(form, control) {
  const value = String(new FormData(form).get(control.name) ?? "").trim();
  if (!value) return control.dataset.empty ?? "";
  if (control.name === "phone" && !PHONE.test(digits(value))) return control.dataset.wrong ?? "";
  if (control.name === "zip" && !ZIP.test(value)) return control.dataset.wrong ?? "";
  return "";
}

/** @param {string} phone */
function digits(phone) {
  return phone.replace(/\D/g, "").replace(/^1(?=\d{10}$)/, "");
}

/**
 * @param {HTMLFormElement} form
 * @returns {Promise<{reference?: string, errors?: Record<string, string>, problem?: string}>}
 */
async function sent(form) {
  const fields = new FormData(form);
  fields.set("spent_ms", String(Math.round(performance.now())));
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(form.action, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Idempotency-Key": String(fields.get("key")) },
      body: JSON.stringify(Object.fromEntries(fields)),
      signal: limit.signal,
    });
    const answer = await response.json();
    return response.ok || response.status === 422 ? answer : { problem: form.dataset.failed };
  } catch {
    return { problem: navigator.onLine ? form.dataset.failed : form.dataset.offline };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {string} title
 * @param {{name: string, words: string}[]} errors
 * @param {string} [words]
 */
function problem(form, title, errors, words) {
  const rows = errors.map((error) => {
    mark(form, error.name, error.words);
    const link = document.createElement("a");
    link.href = `#${error.name}`;
    link.textContent = error.words;
    link.addEventListener("click", (event) => {
      event.preventDefault(); // A jump would scroll the label out of sight; focus does not.
      element(error.name).focus();
    });
    return row(link);
  });
  if (words) rows.push(row(words));
  element("summary-list").replaceChildren(...rows);
  document.title = `${form.dataset.error}: ${title}`;
  element("summary").hidden = false;
  element("summary").focus();
}

/** @param {string | Node} content */
function row(content) {
  const item = document.createElement("li");
  item.append(content);
  return item;
}

/**
 * @param {HTMLFormElement} form
 * @param {string} reference
 */
function done(form, reference) {
  const texts = /** @type {HTMLInputElement} */ (element("consent")).checked;
  element("reference").textContent = reference;
  element("done-text").hidden = !texts;
  element("done-call").hidden = texts;
  for (const id of ["offer", "summary"]) element(id).hidden = true;
  form.hidden = true;
  document.title = element("done-title").textContent ?? "";
  element("done").hidden = false;
  element("done").focus();
  scrollTo(0, 0);
}

/**
 * @param {HTMLFormElement} form
 * @param {boolean} on
 */
function busy(form, on) {
  const button = element("send");
  button.dataset.ready ??= button.textContent ?? "";
  button.textContent = (on ? button.dataset.sending : button.dataset.ready) ?? "";
  button.setAttribute("aria-disabled", String(on));
  form.setAttribute("aria-busy", String(on));
}

/**
 * The line of the error keeps its height when it is emptied: a button that moves under a finger is not pressed.
 * @param {Control} control
 */
function cleared(control) {
  const line = document.getElementById(`${control.name}-error`);
  if (!line?.textContent || !control.form) return;
  const height = `${line.getBoundingClientRect().height}px`;
  mark(control.form, control.name, "");
  line.style.minHeight = height;
}

/**
 * @param {HTMLFormElement} form @param {string} name @param {string} words
 */
function mark(form, name, words) {
  const line = document.getElementById(`${name}-error`);
  if (line) {
    line.textContent = words;
    line.style.minHeight = "";
  }
  for (const control of controls(form)) {
    if (control.name !== name || control.type === "radio") continue;
    if (words) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }
}

/** @param {HTMLFormElement} form */
function controls(form) {
  return /** @type {Control[]} */ (
    [...form.elements].filter((one) => /^(?:INPUT|TEXTAREA)$/.test(one.tagName) && one.id && one.id !== "website")
  );
}

function madeKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
