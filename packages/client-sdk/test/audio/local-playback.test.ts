import { expect } from 'chai';
import fc from 'fast-check';
import { createFakeClock } from '@sidetone/testkit';
import { FixedDelayReceiver } from '../../src/audio/fixed-delay-receiver.js';
import type { OpusFrame } from '../../src/audio/opus-frame.js';
import { LocalPlayback } from '../../src/audio/local-playback.js';
import { LOOK_AHEAD_SAMPLES } from '../../src/mixing/limiter.js';
import { CONCEALED_SAMPLE, flatFrame, passthroughCodec } from '../support/passthrough-codec.js';

const codec = passthroughCodec();

function frameOf(
  session: string,
  seq: number,
  value: number,
  more: Partial<OpusFrame> = {},
): OpusFrame {
  const encoder = codec.createEncoder({
    channels: 1,
    frameDurationMs: 20,
    bitrateBps: 6_000,
    application: 'voice',
  });
  const packet = encoder.encode(flatFrame(value));
  encoder.close();
  return {
    source: { id: `source of ${session}`, handle: 1, session, kind: 'microphone' },
    route: { id: 'r', handle: 2, kind: 'channel', channel: 'net' },
    seq,
    time: seq * 960,
    durationMs: 20,
    start: seq === 0,
    end: false,
    level: 10,
    packet,
    ...more,
  };
}

function playback(): {
  readonly playback: LocalPlayback;
  readonly clock: ReturnType<typeof createFakeClock>;
  readonly refused: unknown[];
} {
  const clock = createFakeClock();
  const refused: unknown[] = [];
  const made = new LocalPlayback({
    codec,
    clock,
    createReceiver: () => new FixedDelayReceiver(60),
    packetRefused: (cause) => void refused.push(cause),
  });
  return { playback: made, clock, refused };
}

/** Pulls 10 ms at a time and gives left and right of the first sample that came in with each. */
function pull(
  from: LocalPlayback,
  clock: ReturnType<typeof createFakeClock>,
  count: number,
): [number, number][] {
  return Array.from({ length: count }, () => {
    const mix = from.pull(480);
    clock.advance(10);
    return [mix[2 * LOOK_AHEAD_SAMPLES] ?? NaN, mix[2 * LOOK_AHEAD_SAMPLES + 1] ?? NaN];
  });
}

describe('LocalPlayback', () => {
  it('adds up who talks, each with the gain and the place given to person and net', () => {
    const { playback: heard, clock } = playback();
    heard.pull(0);
    heard.placeParticipant({ id: 'ann' }, { gain: 0.5 });
    heard.placeParticipant({ id: 'ben' }, { pan: -1 });
    heard.placeChannel({ id: 'net' }, { gain: 2 });
    for (let seq = 0; seq < 5; seq++) {
      heard.receive(frameOf('ann', seq, 10));
      heard.receive(frameOf('ben', seq, 20));
    }
    const first = pull(heard, clock, 1)[0] ?? [0, 0];
    // Five frames at once are more than the delay, so they are due at once.
    expect(first[0]).to.be.closeTo((10 * 0.5 * 2 + 20 * Math.SQRT2 * 2) / 128, 1e-3);
    expect(first[1]).to.be.closeTo((10 * 0.5 * 2) / 128, 1e-3);
  });

  it('gives exactly what a talker said, sample by sample, whatever lengths are pulled', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 30 }),
        (lengths) => {
          const { playback: heard } = playback();
          heard.pull(0);
          for (let seq = 0; seq < 8; seq++)
            heard.receive(frameOf('ann', seq, seq + 1, { end: seq === 7 }));
          const left: number[] = [];
          for (const length of lengths) {
            const mix = heard.pull(length);
            expect(mix).to.have.length(2 * length);
            for (let i = 0; i < length; i++) left.push(mix[2 * i] ?? NaN);
          }
          const expected = left.map((_, i) => {
            const at = i - LOOK_AHEAD_SAMPLES;
            return at >= 0 && at < 8 * 960 ? (Math.floor(at / 960) + 1) / 128 : 0;
          });
          expect(left).to.deep.equal(expected);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('conceals a packet that the decoder refuses, and tells', () => {
    const { playback: heard, clock, refused } = playback();
    heard.pull(0);
    for (let seq = 0; seq < 5; seq++) {
      heard.receive(frameOf('ann', seq, 10, seq === 1 ? { packet: Uint8Array.of(99) } : {}));
    }
    heard.placeParticipant({ id: 'ann' }, { gain: 0.25 });
    const values = pull(heard, clock, 6).map(([value]) => value);
    expect(values[2]).to.be.closeTo(CONCEALED_SAMPLE * 0.25, 1e-6);
    expect(refused).to.have.length(1);
  });

  it('decodes nothing while nobody pulls, and closes the decoders of who fell silent', () => {
    const { playback: heard, clock } = playback();
    heard.receive(frameOf('ann', 0, 10));
    expect(heard.statistics().size).to.equal(0);
    const before = codec.open.decoders;
    heard.pull(0);
    heard.receive(frameOf('ann', 0, 10, { end: true }));
    expect(codec.open.decoders).to.equal(before + 1);
    pull(heard, clock, 600);
    expect(heard.statistics().size).to.equal(0);
    expect(codec.open.decoders).to.equal(before);
  });

  it('refuses placements and lengths that make no sense', () => {
    const { playback: heard } = playback();
    expect(() => heard.placeChannel({ id: 'net' }, { gain: 5 })).to.throw(/gain "5"/);
    expect(() => heard.placeParticipant({ id: 'ann' }, { pan: NaN })).to.throw(/pan/);
    expect(() => heard.pull(-1))
      .to.throw()
      .with.property('code', 'ERR_AUDIO_SAMPLES');
    expect(() => heard.pull(0.5))
      .to.throw()
      .with.property('code', 'ERR_AUDIO_SAMPLES');
  });

  it('plays to a sink at the pace of the clock until told to stop', async () => {
    const { playback: heard, clock } = playback();
    const stopping = new AbortController();
    const lengths: number[] = [];
    const done = heard.playTo(
      { write: (samples) => void lengths.push(samples.length) },
      { signal: stopping.signal },
    );
    await clock.advanceAsync(1_000);
    stopping.abort();
    await clock.advanceAsync(20);
    await done;
    expect(lengths.length).to.be.within(51, 52);
    expect(new Set(lengths)).to.deep.equal(new Set([1_920]));
  });
});
