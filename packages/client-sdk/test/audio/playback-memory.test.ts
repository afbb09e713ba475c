import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { opusWasm } from '@sidetone/opus-wasm';
import { expect } from 'chai';
import { allocatedBytes } from '../support/allocated-bytes.js';
import { encodedHum, PlaybackLoad } from '../support/playback-load.js';

const TALKERS = 20;
const FRAMES = 500;
/** Until V8 has compiled the way of a frame. */
const WARM_UP_FRAMES = 500;
/** One object or one boxed number for each sample would be far more. */
const MOST_BYTES_PER_FRAME = 48;
/** The garbage of everything else in the process. */
const MOST_GROWTH_BYTES = 500_000;

function crowd(): PlaybackLoad {
  const codec = opusWasm();
  const packets = encodedHum(codec);
  return new PlaybackLoad(
    codec,
    Array.from({ length: TALKERS }, () => packets),
  );
}

describe('The memory of playback', function () {
  this.timeout(60_000);

  it('is asked for nothing by a frame that is received, decoded and mixed', async () => {
    const load = crowd();
    load.run(WARM_UP_FRAMES);
    const bytes = await allocatedBytes(() => load.run(FRAMES));
    expect(bytes / (FRAMES * TALKERS)).to.be.below(MOST_BYTES_PER_FRAME);
    const kept: Float32Array[] = [];
    const objects = await allocatedBytes(() => {
      for (let i = 0; i < FRAMES * TALKERS; i++) kept[i % 64] = new Float32Array(32);
    });
    expect(objects / (FRAMES * TALKERS), 'what it would see').to.be.above(MOST_BYTES_PER_FRAME);
    load.playback.clear();
  });

  it('does not grow in 10,000 frames', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const load = crowd();
    load.run(WARM_UP_FRAMES);
    collect();
    const before = process.memoryUsage();
    load.run(FRAMES);
    collect();
    const after = process.memoryUsage();
    expect(after.heapUsed - before.heapUsed).to.be.below(MOST_GROWTH_BYTES);
    expect(after.arrayBuffers - before.arrayBuffers).to.be.below(MOST_GROWTH_BYTES);
    load.playback.clear();
  });
});
