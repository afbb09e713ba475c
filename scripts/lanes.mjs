import { Buffer } from 'node:buffer';
import { mochaEpilogue } from './mocha-epilogue.mjs';

/**
 * @typedef {object} Lane
 * @property {string} name
 * @property {(output: (chunk: Buffer) => void) => Promise<number>} run mocha, which gives what it writes to `output`
 */

/**
 * @typedef {object} Phase
 * @property {Lane[]} lanes in the order in which they are started
 * @property {number} atOnce of them
 */

/**
 * Runs mocha several times, phase by phase and in each some side by side, and shows what the runs write one after
 * another. At the very end it repeats what failed in any of them, which has scrolled away by then, and the count of each.
 * Answers the first exit code that is not 0.
 * @param {Phase[]} phases
 * @param {NodeJS.WritableStream} [to]
 */
export async function runLanes(phases, to = process.stdout) {
  /** @type {Ended[]} */
  const ended = [];
  for (const phase of phases) ended.push(...(await runPhase(phase, to)));
  to.write(summary(ended));
  for (const { failure } of ended) if (failure !== undefined) throw failure;
  return ended.find(({ code }) => code !== 0)?.code ?? 0;
}

/**
 * @typedef {object} Ended
 * @property {string} name
 * @property {string} text what mocha wrote
 * @property {number} code
 * @property {unknown} failure mocha could not be run
 */

/**
 * What the first lane writes is shown at once, that of each other when those before it are done. Whatever becomes of one,
 * the others are waited for.
 * @param {Phase} phase
 * @param {NodeJS.WritableStream} to
 * @returns {Promise<Ended[]>}
 */
async function runPhase({ lanes, atOnce }, to) {
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
    const done = inTurn(() => run(take)).then(
      (code) => ({ code, failure: undefined }),
      (failure) => ({ code: 1, failure: failure ?? new Error('mocha could not be run') }),
    );
    return { name, show, done, text: () => Buffer.concat(written).toString() };
  });
  const ended = [];
  for (const { name, show, done, text } of runs) {
    show();
    ended.push({ name, ...(await done), text: text() });
  }
  return ended;
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
 * @param {Ended[]} ended
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
