// A day in half a minute: lines that real people type, played on the three phones, one after the other.

const PAUSE_MS = 2200;
const PHONE = "+16025550177";

/** @typedef {import("./pane.js").Pane} Pane */
/** @typedef {{dispatcher: Pane, driver: Pane, customer: import("./customer.js").Customer}} Phones */
/** @typedef {{n?: number, m?: number}} Jobs */

/**
 * Who says what; `n` is the number of the day's first job, `m` of its second.
 * @type {[keyof Phones, (jobs: Jobs) => string][]}
 */
const DAY = [
  ["dispatcher", () => "new Ana Reyes, 88 Elm Ave, $450 602-555-0177 -- gate code 4411"],
  ["dispatcher", () => "new Bob and Carol 12 Oak St 300"],
  ["customer", () => "OK"],
  ["dispatcher", ({ n }) => `assign ${n} driver`],
  ["driver", ({ n }) => `eta 25 ${n}`],
  ["driver", ({ n }) => `transit ${n}`],
  ["dispatcher", ({ m }) => `cancel ${m} no access`],
  ["driver", ({ n }) => `complete ${n}`],
  ["driver", ({ n }) => `dumped ${n}`],
  ["driver", ({ n }) => `complete ${n}`],
  ["customer", () => "Thank you, that was quick"],
  ["dispatcher", ({ n }) => `history ${n}`],
];

/**
 * Lets `button` play the day on `phones`, and stop it.
 * @param {HTMLElement} button
 * @param {Phones} phones
 */
export function offerDay(button, phones) {
  let stop = () => {};
  /** @type {Jobs | null} The day that is played now; one that was stopped in the middle of a line ends after it. */
  let playing = null;

  /** @param {Jobs} jobs */
  async function play(jobs) {
    for (const [who, words] of DAY) {
      const reply = await say(phones, who, words(jobs));
      if (reply?.job && jobs.n === undefined) jobs.n = reply.job;
      else if (reply?.job && jobs.m === undefined) jobs.m = reply.job;
      if (jobs.n === undefined || playing !== jobs) return;
      await new Promise((done) => {
        stop = () => done(undefined);
        setTimeout(done, PAUSE_MS);
      });
      if (playing !== jobs) return;
    }
  }

  /** @param {Jobs | null} jobs */
  function turnTo(jobs) {
    playing = jobs;
    stop();
    button.setAttribute("aria-pressed", String(jobs !== null));
    button.textContent = jobs ? "Stop" : "Play a day";
  }

  button.addEventListener("click", async () => {
    if (playing) return turnTo(null);
    /** @type {Jobs} */
    const jobs = {};
    turnTo(jobs);
    await play(jobs);
    if (playing === jobs) turnTo(null);
  });
}

/**
 * @param {Phones} phones
 * @param {keyof Phones} who
 * @param {string} words
 */
function say(phones, who, words) {
  if (who !== "customer") return phones[who].send(words);
  phones.customer.turnTo(PHONE);
  return phones.customer.pane.send(words);
}
