import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { runLanes } from '../../scripts/lanes.mjs';

type Output = ((chunk: Buffer) => void) | undefined;

function job(): { readonly code: Promise<number>; readonly end: (code: number) => void } {
  let end: (code: number) => void = () => {};
  const code = new Promise<number>((resolve) => (end = resolve));
  return { code, end };
}

describe('jobs side by side', () => {
  it('show their output one after another, the second as soon as the first is done', async () => {
    const first = job();
    const second = job();
    const shown = new PassThrough();
    let write: Output;
    const code = runLanes(
      [
        () => first.code,
        (output: Output) => {
          write = output;
          return second.code;
        },
      ],
      shown,
    );
    write?.(Buffer.from('early '));
    expect(shown.read()).to.equal(null);
    first.end(0);
    await new Promise(setImmediate);
    write?.(Buffer.from('late'));
    expect(String(shown.read())).to.equal('early late');
    second.end(0);
    expect(await code).to.equal(0);
  });

  it('fail when any of them fails, after all have ended', async () => {
    const second = job();
    let ended = false;
    const code = runLanes([() => Promise.resolve(3), () => second.code]).then((value) => {
      ended = true;
      return value;
    });
    await new Promise(setImmediate);
    expect(ended).to.equal(false);
    second.end(4);
    expect(await code).to.equal(3);
    expect(await runLanes([() => Promise.resolve(0), () => Promise.resolve(5)])).to.equal(5);
  });
});
