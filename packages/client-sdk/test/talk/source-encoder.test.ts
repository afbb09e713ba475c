import type { EncoderAdjustment, EncoderSettings } from '@sidetone/protocol';
import { expect } from 'chai';
import type { CodecChoice } from '../../src/codec-policy/link-report.js';
import { PROFILES } from '../../src/codec-policy/profile.js';
import { SourceEncoder } from '../../src/talk/source-encoder.js';
import { flatFrame, passthroughCodec } from '../support/passthrough-codec.js';

function recordingCodec() {
  const codec = passthroughCodec();
  const created: EncoderSettings[] = [];
  const adjusted: EncoderAdjustment[] = [];
  const createEncoder = (settings: EncoderSettings) => {
    created.push(settings);
    const adjust = (adjustment: EncoderAdjustment): void => void adjusted.push(adjustment);
    return { ...codec.createEncoder(settings), adjust };
  };
  return { codec: { ...codec, createEncoder }, open: codec.open, created, adjusted };
}

const choice: CodecChoice = {
  bitrateBps: 16_000,
  expectedLossPercent: 30,
  frameDurationMs: 40,
  earlierFrames: 0,
};

describe('The encoder of a source', () => {
  it('takes another bitrate at once, and another duration with its next framer', () => {
    const { codec, open, created, adjusted } = recordingCodec();
    const encoder = new SourceEncoder(codec, PROFILES.voice.encoder);
    const before = encoder.framer(1);
    encoder.frame(flatFrame(1), before.durationMs).encode();
    encoder.follow(choice);
    expect(adjusted).to.deep.equal([{ bitrateBps: 16_000, expectedLossPercent: 30 }]);
    encoder.frame(flatFrame(1), before.durationMs).encode();
    expect(created.length).to.equal(1);
    const after = encoder.framer(1);
    expect([before.durationMs, after.durationMs]).to.deep.equal([20, 40]);
    const [long] = [...after.framer.add(flatFrame(1, 40))];
    const frame = encoder.frame(long!, after.durationMs).encode();
    expect(frame).to.include({ durationMs: 40 });
    expect(created.at(-1)).to.include({ frameDurationMs: 40, bitrateBps: 16_000 });
    encoder.close();
    expect(open.encoders).to.equal(0);
  });

  it('lengthens the frames of a live source where nothing is being said, and not before', async () => {
    const { codec } = recordingCodec();
    const encoder = new SourceEncoder(codec, PROFILES.voice.encoder);
    let silent = false;
    const source = {
      kind: 'pcm' as const,
      live: true,
      channels: 1 as const,
      async *samples() {
        for (let n = 0; n < 8; n++) yield flatFrame(n);
      },
    };
    const durations: number[] = [];
    for await (const frame of encoder.frames(source, undefined, () => silent)) {
      durations.push(frame.durationMs);
      if (durations.length === 2) encoder.follow(choice);
      if (durations.length === 4) silent = true;
    }
    expect(durations).to.deep.equal([20, 20, 20, 20, 40, 40]);
  });
});
