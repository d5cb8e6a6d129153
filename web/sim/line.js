// The line to the server: sends what was typed, and brings the news.

/** @typedef {{kind: string, text: string, buttons: import("./log.js").Button[], job?: number | null,
 *   message?: number | null}} Reply `message`: where it is the card of its job. */

/**
 * @typedef {object} News What `GET /sim/events` answers.
 * @property {number} revision
 * @property {boolean} live Whether real accounts are connected.
 * @property {string} link_start
 * @property {import("./messages.js").Message[]} messages Oldest first, like the jobs.
 * @property {import("./pane.js").Card[]} cards
 * @property {import("./jobs.js").Job[]} jobs
 */

const PAUSE_MS_MAX = 5000;
const PAUSE_MS = 500;

/** @param {number} ms */
const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

function newKey() {
  const numbers = crypto.getRandomValues(new Uint32Array(4));
  return Array.from(numbers, (number) => number.toString(16).padStart(8, "0")).join("-");
}

/**
 * @param {string} body
 * @returns {Promise<Reply>}
 */
async function post(body) {
  const answer = await fetch("/sim/send", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  const reply = await answer.json();
  return answer.ok ? reply : { kind: "refused", text: reply.error, buttons: [] };
}

/**
 * Says `text` as `speaker` and returns the reply. It never fails: the reply tells what is wrong.
 * @param {string} speaker
 * @param {string} text
 * @returns {Promise<Reply>}
 */
export async function say(speaker, text) {
  // One key for all attempts: what landed although its answer was lost is not done again.
  const body = JSON.stringify({ as: speaker, text, key: newKey() });
  try {
    return await post(body);
  } catch {
    await pause(PAUSE_MS);
  }
  try {
    return await post(body);
  } catch {
    return { kind: "lost", text: "No answer: is the server still running? Arrow up brings the line back.", buttons: [] };
  }
}

/** @type {() => Promise<void>} */
const visible = () => new Promise((done) => {
  if (!document.hidden) { done(); return; }
  document.addEventListener("visibilitychange", () => { if (!document.hidden) done(); });
});

/**
 * Calls `show` with each state of affairs that differs from the last, for ever; `lost` when it can't be had.
 * @param {(news: News) => void} show
 * @param {() => void} lost
 */
export async function follow(show, lost) {
  let revision = -1;
  let wait = PAUSE_MS;
  for (;;) {
    await visible();
    try {
      const answer = await fetch(`/sim/events?since=${revision}`);
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      /** @type {News} */
      const news = await answer.json();
      if (news.revision < revision) { location.reload(); return; }
      revision = news.revision;
      wait = PAUSE_MS;
      show(news);
    } catch {
      lost();
      await pause(wait);
      wait = Math.min(wait * 2, PAUSE_MS_MAX);
    }
  }
}
