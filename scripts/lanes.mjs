import { Buffer } from 'node:buffer';
import { mochaEpilogue } from './mocha-epilogue.mjs';

/**
 * @typedef {object} Lane
 * @property {string} name
 * @property {(output: (chunk: Buffer) => void) => Promise<number>} run mocha, which gives what it writes to `output`
 */

/**
 * Runs mocha several times side by side and shows what the runs write one after another: that of the first at once,
 * that of each other when those before it are done. At the very end it repeats what failed in any of them, which has
 * scrolled away by then, and the count of each. Answers the first exit code that is not 0.
 * @param {Lane[]} lanes
 * @param {NodeJS.WritableStream} [to]
 */
export async function runLanes(lanes, to = process.stdout) {
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
    return { name, done: run(take), show, text: () => Buffer.concat(written).toString() };
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
