/** The board's jobs: what is late, what fits a search, in which order they stand, and how long ago something was. */

/**
 * @typedef {object} Job
 * @property {number} n
 * @property {string} name
 * @property {string} place
 * @property {string | null} phone
 * @property {string} price
 * @property {string} status
 * @property {number} since In Unix seconds, like the two after it.
 * @property {number | null} late_at
 * @property {number | null} stuck_at
 * @property {string | null} driver
 * @property {"none" | "owed" | "held" | "sent" | "delivered" | "unknown" | "failed"} text
 * @property {string | null} when
 * @property {boolean} booked
 */

/**
 * @typedef {object} Filter What the address holds.
 * @property {string} q
 * @property {string} driver A name, `-` for nobody, or empty.
 * @property {string} show One of the strip's names, or empty.
 * @property {string} status One column alone, or empty.
 */

/** The columns: each is a status, but the last one, which holds all that is over. */
export const COLUMNS = [
  { id: "pending_confirmation", tone: "amber", title: "Waiting for OK" },
  { id: "ready_for_pickup", tone: "blue", title: "Ready" },
  { id: "in_transit", tone: "orange", title: "In transit" },
  { id: "dumped", tone: "teal", title: "Dumped" },
  { id: "done", tone: "green", title: "Done today" },
];

const DONE = ["complete", "cancelled"];
const ON_THE_ROAD = ["in_transit", "dumped"];

/** What needs somebody: the strip's tiles. Each is a filter too. */
export const SHOWS = {
  late: { title: "Late", tone: "orange", fits: isLate },
  waiting: {
    title: "Waiting long",
    tone: "amber",
    fits: (/** @type {Job} */ job, /** @type {number} */ now) => isStuck(job, now) && !isLate(job, now),
  },
  unassigned: {
    title: "Ready, no driver",
    tone: "blue",
    fits: (/** @type {Job} */ job) => job.status === "ready_for_pickup" && !job.driver,
  },
  failed: {
    title: "Texts failed",
    tone: "orange",
    fits: (/** @type {Job} */ job) => job.text === "failed" && !DONE.includes(job.status),
  },
  booked: { title: "To approve", tone: "teal", fits: (/** @type {Job} */ job) => job.booked },
};

/** @param {Job} job @param {number} now */
export function isLate(job, now) {
  return job.late_at !== null && job.late_at < now;
}

/** @param {Job} job @param {number} now */
export function isStuck(job, now) {
  return job.stuck_at !== null && job.stuck_at < now;
}

/**
 * Returns what a search looks in, once a job: it is asked for at every key.
 * @param {Job} job
 */
export function haystack(job) {
  const digits = (job.phone ?? "").replace(/\D/g, "");
  return `#${job.n} ${job.name} ${job.place} ${job.phone ?? ""} ${digits} ${job.price} ${job.driver ?? ""}`.toLowerCase();
}

/**
 * Returns the jobs that fit, by column, those that need somebody first.
 * @param {{job: Job, text: string}[]} jobs
 * @param {Filter} filter
 * @param {number} now
 * @returns {Map<string, Job[]>}
 */
export function sorted(jobs, filter, now) {
  /** @type {Map<string, Job[]>} */
  const columns = new Map(COLUMNS.map((column) => [column.id, []]));
  const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean);
  const show = SHOWS[/** @type {keyof SHOWS} */ (filter.show)];
  for (const { job, text } of jobs) {
    if (filter.driver && (job.driver ?? "-") !== filter.driver) continue;
    if (show && !show.fits(job, now)) continue;
    if (!words.every((word) => text.includes(word))) continue;
    columns.get(DONE.includes(job.status) ? "done" : job.status)?.push(job);
  }
  for (const [id, list] of columns) list.sort(id === "done" ? newest : (a, b) => urgency(a, b, now));
  return columns;
}

/** @param {Job} a @param {Job} b */
function newest(a, b) {
  return b.since - a.since || b.n - a.n;
}

/** @param {Job} a @param {Job} b @param {number} now */
function urgency(a, b, now) {
  return rank(b, now) - rank(a, now) || a.since - b.since || a.n - b.n;
}

/** @param {Job} job @param {number} now */
function rank(job, now) {
  return (job.booked ? 4 : 0) + (isLate(job, now) ? 2 : 0) + (isStuck(job, now) ? 1 : 0);
}

/**
 * Returns who drives: each driver with his open jobs, most first.
 * @param {Job[]} jobs
 * @returns {{name: string, open: number, road: number}[]}
 */
export function drivers(jobs) {
  /** @type {Map<string, {name: string, open: number, road: number}>} */
  const found = new Map();
  for (const job of jobs) {
    if (DONE.includes(job.status)) continue;
    const name = job.driver ?? "-";
    const driver = found.get(name) ?? { name, open: 0, road: 0 };
    driver.open += 1;
    if (ON_THE_ROAD.includes(job.status)) driver.road += 1;
    found.set(name, driver);
  }
  return [...found.values()].sort((a, b) => (a.name === "-" ? 1 : b.name === "-" ? -1 : b.open - a.open));
}

/**
 * Returns how long something lasts, in the largest unit that fits.
 * @param {number} seconds
 */
export function age(seconds) {
  if (seconds < 60) return "now";
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86400)} days`;
}
