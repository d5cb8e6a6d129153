/**
 * Asks for one address again and again: every 4 s for 5 minutes after load, return or change, then every 15 s;
 * nothing while the page is hidden or offline, and nothing more once the page has what it waited for.
 */

const FAST_MS = 4000;
const SLOW_MS = 15000;
const FAST_FOR_MS = 5 * 60000;
const TIMEOUT_MS = 8000;
const BACKOFF_MAX_MS = 60000;
const JITTER = 0.1;
/** 403 is what a private bucket says of an object that is not there. */
const GONE = [403, 404, 410];

/**
 * @typedef {object} Page What a page does with the answers.
 * @property {(answer: any) => {changed: boolean, done: boolean}} show Shows new data; throws on what it cannot read.
 * @property {() => void} same The data is still the one that was shown.
 * @property {() => void} [gone] There is no such data; nothing is asked again. Without it, that is a failure.
 * @property {(failures: number) => void} failed The n-th attempt in a row failed.
 * @property {() => void} offline The device lost its connection.
 * @property {(status: number) => boolean} [refused] Tells whether an answer without data is one to stop at.
 */

/**
 * @param {string} address Of the same origin.
 * @param {Page} page
 * @param {{fastMs: number, fastForMs: number}} pace
 */
export function poll(address, page, { fastMs, fastForMs } = { fastMs: FAST_MS, fastForMs: FAST_FOR_MS }) {
  let timer = 0;
  let failures = 0;
  let tag = "";
  let stopped = false;
  let notBefore = 0;
  let fastUntil = Date.now() + fastForMs;
  /** @type {AbortController | null} */
  let underWay = null;

  async function ask() {
    pause();
    if (stopped || document.hidden) return;
    if (!navigator.onLine) return page.offline();
    const mine = new AbortController();
    underWay = mine;
    const limit = setTimeout(() => mine.abort(), TIMEOUT_MS);
    try {
      // Without cookies it could not go over the connection that the page came by: a slow line would wait for another.
      const response = await fetch(address, {
        cache: "no-store",
        headers: tag ? { "If-None-Match": tag } : {},
        signal: mine.signal,
      });
      await read(response);
      failures = 0;
    } catch {
      if (mine !== underWay) return; // Somebody asked anew, or the page was hidden: that is no failure.
      failures += 1;
      if (navigator.onLine) page.failed(failures);
      else page.offline();
    } finally {
      clearTimeout(limit);
      mine.abort(); // The body of a refusal is not read: left alone, it would stay on its way.
    }
    if (mine === underWay) later();
  }

  /** @param {Response} response */
  async function read(response) {
    if (page.refused?.(response.status)) {
      stopped = true;
    } else if (page.gone && GONE.includes(response.status)) {
      stopped = true;
      page.gone();
    } else if (response.status === 304) {
      page.same();
    } else if (response.ok) {
      const { changed, done } = page.show(await response.json());
      tag = response.headers.get("ETag") ?? "";
      stopped = done;
      if (changed) fastUntil = Date.now() + fastForMs;
    } else {
      notBefore = Date.now() + retryAfterMs(response.headers.get("Retry-After"));
      throw new Error(`status ${response.status}`);
    }
  }

  function later() {
    if (stopped) return;
    const usual = Date.now() < fastUntil ? fastMs : SLOW_MS;
    const wait = failures ? Math.min(FAST_MS * 2 ** (failures - 1), BACKOFF_MAX_MS) : usual;
    const spread = wait * (1 - JITTER + 2 * JITTER * Math.random());
    timer = setTimeout(ask, Math.max(spread, notBefore - Date.now()));
  }

  function pause() {
    clearTimeout(timer);
    underWay?.abort();
    underWay = null;
  }

  function resume() {
    if (stopped || document.hidden) return;
    fastUntil = Date.now() + fastForMs;
    if (Date.now() >= notBefore) return void ask();
    pause();
    later();
  }

  document.addEventListener("visibilitychange", () => (document.hidden ? pause() : resume()));
  addEventListener("pageshow", (event) => event.persisted && resume());
  addEventListener("online", resume);
  addEventListener("offline", () => {
    pause();
    if (!stopped) page.offline();
  });
  ask();
}

/**
 * @param {string | null} value Seconds, or a date.
 * @returns {number}
 */
function retryAfterMs(value) {
  if (!value) return 0;
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(wait) ? Math.max(wait, 0) : 0;
}
