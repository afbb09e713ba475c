import { stripVTControlCharacters } from 'node:util';

/** How much of a run is shown that ended before mocha could sum it up. */
const LAST_LINES = 40;

/**
 * What mocha's `spec` reporter says at the end of a run.
 * @param {string} text all that the run has written
 * @returns {{ counts: string, failures: string }} `counts` as in "12 passing, 1 failing"; `failures` is the text of
 *   each, in mocha's colours, or the last lines of a run that was never summed up
 */
export function mochaEpilogue(text) {
  const lines = text.split('\n');
  const plain = lines.map((line) => stripVTControlCharacters(line));
  const start = plain.findLastIndex((line) => /^ {2}\d+ passing \(/.test(line));
  if (start === -1) {
    const failures = lines.slice(-LAST_LINES).join('\n').trimEnd();
    return { counts: 'ended before mocha summed it up', failures };
  }
  const counted = plain.slice(start).filter((line) => /^ {2}\d+ (passing|failing)\b/.test(line));
  const counts = counted.map((line) => line.trim().replace(/ \(.*/, '')).join(', ');
  const failing = plain.findIndex((line, index) => index > start && /^ {2}\d+ failing/.test(line));
  return {
    counts,
    failures:
      failing === -1
        ? ''
        : lines
            .slice(failing + 1)
            .join('\n')
            .trim(),
  };
}
