// Logs: what stands on a phone, as bubbles. All words go in as text, never as markup.

/** Makes an element with a class and, perhaps, words in it. */
export function make(name, kind, words) {
  const element = document.createElement(name);
  if (kind) element.className = kind;
  if (words !== undefined) element.textContent = words;
  return element;
}

let linkStart = "";

/** Tells how the links to tracking pages start: nothing else becomes a link. */
export function setLinkStart(start) { linkStart = start; }

/** Puts `text` into `element`; a link to a tracking page can be opened, in a tab of its own. */
export function write(element, text) {
  const parts = [];
  let rest = text;
  for (;;) {
    const at = linkStart ? rest.indexOf(linkStart) : -1;
    if (at < 0) break;
    const link = linkStart + rest.slice(at + linkStart.length).match(/^[0-9A-Za-z]*/)[0];
    const anchor = make("a", "", link);
    anchor.href = link;
    anchor.target = "_blank";
    anchor.rel = "noopener noreferrer";
    parts.push(rest.slice(0, at), anchor);
    rest = rest.slice(at + link.length);
  }
  element.replaceChildren(...parts, rest);
}

/** A column of bubbles that keeps its end in sight while its reader is there. */
export class Log {
  constructor(frame, column = frame) {
    this.frame = frame;
    this.column = column;
  }

  /** Adds a bubble at the end; `from` is `me`, `bot` or `note`. */
  add(from, text, kind = "") {
    const row = make("div", `row ${from} ${kind}`.trim());
    const bubble = make("div", "bubble");
    const words = make("p", "words");
    words.dir = "auto";
    write(words, text);
    bubble.append(words);
    row.append(bubble);
    this.keepEnd(() => this.column.append(row));
    return row;
  }

  /** Puts buttons under a bubble; a tap calls `tap` with the command. */
  addButtons(row, buttons, tap) {
    if (!buttons.length) return;
    const bar = make("div", "buttons");
    for (const { label, command } of buttons) {
      const button = make("button", "key", label);
      button.type = "button";
      button.title = command;
      button.addEventListener("click", () => tap(command, button));
      bar.append(button);
    }
    this.keepEnd(() => row.append(bar));
  }

  /** Changes the log and scrolls to its end, unless somebody reads further up. */
  keepEnd(change) {
    const { frame } = this;
    const atEnd = frame.scrollHeight - frame.scrollTop - frame.clientHeight < 80;
    change();
    if (atEnd) frame.scrollTop = frame.scrollHeight;
  }
}
