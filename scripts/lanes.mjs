import { Buffer } from 'node:buffer';
import { mochaEpilogue } from './mocha-epilogue.mjs';

/**
 * @typedef {object} Lane
 * @property {string} name
 * @property {(output: (chunk: Buffer) => void) => Promise<number>} run mocha, which gives what it writes to `output`
 */

/**
 * Runs mocha several times, some side by side, and shows what the runs write one after another: that of the first at
 * once, that of each other when those before it are done. At the very end it repeats what failed in any of them, which
 * has scrolled away by then, and the count of each. Answers the first exit code that is not 0.
 * @param {Lane[]} lanes in the order in which they are started
 * @param {number} [atOnce]
 * @param {NodeJS.WritableStream} [to]
 */
export async function runLanes(lanes, atOnce = lanes.length, to = process.stdout) {
  const inTurn = turns(atOnce);
  const runs = lanes.map(({ name, run }, index) => {
    /** @type {Buffer[]} */
    const written = [];
    let shown = index === 0;
    const take = (/** @type {Buffer} */ chunk) => {
      written.push(chunk);
      if (shown) to.write(chunk);
    };
    const show = () => {
      if (!shown) for (const chunk of written) to.write(chunk);
      shown = true;
    };
    return {
      name,
      done: inTurn(() => run(take)),
      show,
      text: () => Buffer.concat(written).toString(),
    };
  });
  // Whatever becomes of one, the others are waited for.
  const settled = Promise.allSettled(runs.map(({ done }) => done));
  for (const { done, show } of runs) {
    show();
    await done.catch(() => {});
  }
  const ends = await settled;
  const codes = ends.map((end) => (end.status === 'fulfilled' ? end.value : 1));
  to.write(summary(runs.map(({ name, text }, i) => ({ name, text: text(), code: codes[i] ?? 1 }))));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return codes.find((code) => code !== 0) ?? 0;
}

/**
 * Lets so many jobs run at once; the others wait for one of them to end.
 * @param {number} atOnce
 * @returns {<T>(job: () => Promise<T>) => Promise<T>}
 */
function turns(atOnce) {
  let free = atOnce;
  /** @type {(() => void)[]} */
  const waiting = [];
  return async (job) => {
    if (free > 0) free -= 1;
    else await new Promise((resolve) => waiting.push(() => resolve(undefined)));
    try {
      return await job();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}

/**
 * What failed in full, and below it a line a lane.
 * @param {{ name: string, text: string, code: number }[]} ended
 */
function summary(ended) {
  const epilogues = ended.map(({ name, text, code }) => ({ name, code, ...mochaEpilogue(text) }));
  const failed = epilogues.filter(({ code, failures }) => code !== 0 && failures !== '');
  const texts = failed.map(({ name, failures }) => `\nFailed in ${name}:\n\n${failures}\n`);
  const lines = epilogues.map(({ name, counts, code }) => {
    return `  ${name}: ${counts}${code === 0 ? '' : ` (exit code ${code})`}`;
  });
  return `${texts.join('')}\nAll tests:\n${lines.join('\n')}\n`;
}
