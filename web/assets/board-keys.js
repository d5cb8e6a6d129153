/** Keys: single ones can be switched off, since a voice or a stuck key may press them (WCAG 2.2, 2.1.4). */

const STORED = "board-keys";
const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("keys"));
const box = /** @type {HTMLInputElement} */ (document.getElementById("keys-on"));
const query = /** @type {HTMLInputElement} */ (document.getElementById("query"));

/** @param {() => void} clear Clears the search. */
export function start(clear) {
  box.checked = stored() !== "off";
  box.addEventListener("change", () => store(box.checked ? "on" : "off"));
  document.getElementById("help")?.addEventListener("click", () => dialog.showModal());
  document.getElementById("keys-close")?.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.activeElement === query) {
      clear();
      query.blur();
      return;
    }
    if (!box.checked || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (press(event.key)) event.preventDefault();
  });
}

/** @param {string} key @returns {boolean} Whether the key meant something. */
function press(key) {
  if (key === "/") query.focus();
  else if (key === "?") dialog.showModal();
  else if (key === "j" || key === "k") step(key === "j" ? 1 : -1);
  else return false;
  return true;
}

/** @param {number} by */
function step(by) {
  const jobs = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("a.job")]);
  const at = jobs.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const next = at < 0 ? (by > 0 ? 0 : jobs.length - 1) : Math.min(Math.max(at + by, 0), jobs.length - 1);
  jobs[next]?.focus();
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof HTMLInputElement && target.type !== "checkbox";
}

function stored() {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null; // Storage may be closed to us; the keys are then on.
  }
}

/** @param {string} value */
function store(value) {
  try {
    localStorage.setItem(STORED, value);
  } catch {
    // It holds until the page is left.
  }
}
