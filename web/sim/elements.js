// Elements: made, found on the page, found in another. All words go in as text, never as markup.

/**
 * Makes an element with a class and, perhaps, words in it.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} name
 * @param {string} kind
 * @param {string} [words]
 */
export function make(name, kind, words) {
  const element = document.createElement(name);
  if (kind) element.className = kind;
  if (words !== undefined) element.textContent = words;
  return element;
}

/**
 * Returns what the page holds under `id`.
 * @param {string} id
 */
export function by(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/**
 * Returns the first of its kind in `whole`.
 * @param {Element} whole
 * @param {string} selector
 */
export function part(whole, selector) {
  return /** @type {HTMLElement} */ (whole.querySelector(selector));
}
