/**
 * Runs jobs side by side and shows what they write one after another: the first at once, each other when those before
 * it are done. Answers the first exit code that is not 0.
 * @param {((output: ((chunk: Buffer) => void) | undefined) => Promise<number>)[]} jobs each gets what takes its output,
 *   or nothing where it may write by itself
 * @param {NodeJS.WritableStream} [to]
 */
export async function runLanes(jobs, to = process.stdout) {
  const lanes = jobs.map((job, index) => {
    if (index === 0) return { done: job(undefined), show: () => {} };
    /** @type {Buffer[]} */
    const held = [];
    let shown = false;
    const take = (/** @type {Buffer} */ chunk) => void (shown ? to.write(chunk) : held.push(chunk));
    const show = () => {
      shown = true;
      for (const chunk of held.splice(0)) to.write(chunk);
    };
    return { done: job(take), show };
  });
  // Whatever becomes of one, the others are waited for.
  const settled = Promise.allSettled(lanes.map(({ done }) => done));
  for (const { done, show } of lanes) {
    show();
    await done.catch(() => {});
  }
  let code = 0;
  for (const lane of await settled) {
    if (lane.status === 'rejected') throw lane.reason;
    code ||= lane.value;
  }
  return code;
}
