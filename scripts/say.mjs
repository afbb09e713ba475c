/**
 * Progress goes to stderr: stdout belongs to what a script produces (PCM of `talk`, JSON of `bench`).
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * The time since a moment, for people.
 * @param {number} startMs a value of `Date.now()`
 */
export function elapsed(startMs) {
  return `${((Date.now() - startMs) / 1000).toFixed(1)} s`;
}
