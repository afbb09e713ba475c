import { opusWasm } from '@sidetone/opus-wasm';
import { Priorities } from '@sidetone/protocol';
import { createFakeClock } from '@sidetone/testkit';
import { expect } from 'chai';
import { defaultReceiver } from '../../../src/audio/default-receiver.js';
import { LocalPlayback } from '../../../src/audio/local-playback.js';
import type { OpusFrame } from '../../../src/audio/opus-frame.js';
import type { HeardTalk } from '../../../src/mixing/heard-talk.js';
import type { PlaybackNews } from '../../../src/browser/playback/playback-messages.js';
import { FrameWriter } from '../../../src/browser/frames/frame-writer.js';
import { sharedRingMemory } from '../../../src/browser/frames/shared-ring.js';
import { PlaybackEngine } from '../../../src/browser/worklet/playback-engine.js';
import { PlayoutClock } from '../../../src/browser/worklet/playout-clock.js';
import { opusFrame } from '../../support/opus-frames.js';
import { encodedHum } from '../../support/playback-load.js';
import { decoderModule } from './decoder-module.js';

const QUANTUM = 128;
const EPOCH_MS = 1_790_000_000_000;
const module = decoderModule();
const packets = encodedHum(opusWasm());

/** Both ways to play, at the same moments: the audio thread's, and the one that is pulled. */
class Comparison {
  nowMs = EPOCH_MS;
  readonly news: PlaybackNews[] = [];
  readonly engine: PlaybackEngine;
  readonly local: LocalPlayback;
  /** What each gave. */
  readonly played: [number[], number[]] = [[], []];
  #frame = 0;
  readonly #clock: PlayoutClock;

  /** Where frames are written in place of being posted. */
  readonly #shared: FrameWriter | null;

  constructor(
    heard: HeardTalk,
    decoder: WebAssembly.Module = module,
    memory: SharedArrayBuffer | null = null,
  ) {
    const wallNow = (): number => Math.floor(this.nowMs);
    this.engine = new PlaybackEngine({
      sampleRateHz: 48_000,
      options: { latency: 'normal' },
      wallNow,
      post: (news, transfer) => this.news.push(structuredClone(news, { transfer })),
    });
    this.engine.hear({ type: 'decoder', module: decoder });
    this.#shared = memory === null ? null : new FrameWriter(memory);
    if (memory !== null) this.engine.hear({ type: 'sharedFrames', memory });
    this.#clock = new PlayoutClock(48_000, wallNow);
    this.local = new LocalPlayback({
      codec: opusWasm(),
      clock: { ...createFakeClock(), now: () => this.#clock.now() },
      createReceiver: defaultReceiver(undefined, 'normal'),
      packetRefused: () => {},
      heard,
    });
    this.play(1);
  }

  receive(frame: OpusFrame): void {
    if (this.#shared) this.#shared.write(frame, this.nowMs);
    else
      this.engine.hear({ type: 'frame', frame: structuredClone(frame), arrivedAtMs: this.nowMs });
    this.#clock.frameArrived(this.nowMs);
    this.local.receive(frame, this.nowMs);
  }

  play(quanta: number): void {
    const pulled = new Float32Array(2 * QUANTUM);
    const ears = [new Float32Array(QUANTUM), new Float32Array(QUANTUM)] as const;
    for (let i = 0; i < quanta; i++) {
      this.engine.render(ears, this.#frame);
      this.local.pullInto(pulled, this.#clock.momentOf(this.#frame));
      for (let k = 0; k < QUANTUM; k++) this.played[0].push(ears[0][k] ?? NaN, ears[1][k] ?? NaN);
      this.played[1].push(...pulled);
      this.#frame += QUANTUM;
      this.nowMs += (QUANTUM * 1_000) / 48_000;
    }
  }
}

const talker = (name: string, seq: number, change: Partial<OpusFrame> = {}): OpusFrame =>
  opusFrame(seq, {
    source: { id: name, handle: 1, session: `session of ${name}`, kind: 'microphone' },
    packet: packets[seq % packets.length] ?? new Uint8Array(0),
    start: seq === 0,
    ...change,
  });

const route = (channel: string) =>
  ({ id: `route of ${channel}`, handle: 1, kind: 'channel', channel }) as const;

const heard: HeardTalk = {
  transmissionsOf: (source) =>
    source === 'chief'
      ? [{ priority: Priorities.emergency, routes: [route('command')] }]
      : [{ priority: Priorities.normal, routes: [route('command'), route('medical')] }],
  hears: () => true,
  channelsOfPatch: () => [],
};

function tellAll({ engine, local }: Comparison): void {
  engine.obey({
    type: 'heard',
    transmissions: ['ann', 'chief'].map((name) => [name, heard.transmissionsOf(name)]),
    nets: ['command', 'medical'],
    patches: [],
    patchedNets: [],
  });
  const placement = { gain: 0.7, pan: -0.4 };
  engine.obey({ type: 'placeParticipant', id: 'session of ann', placement });
  local.placeParticipant({ id: 'session of ann' }, placement);
  engine.obey({ type: 'placeChannel', id: 'medical', placement: { gain: 1.5, pan: 1 } });
  local.placeChannel({ id: 'medical' }, { gain: 1.5, pan: 1 });
  engine.obey({ type: 'ducking', ducking: { priorityDb: -6, emergencyDb: -18 } });
  local.ducking = { priorityDb: -6, emergencyDb: -18 };
}

function playScene(both: Comparison): void {
  tellAll(both);
  for (let seq = 0; seq < 150; seq++) {
    // Some are lost, some come two at a time, and the chief talks in between.
    if (seq % 11 !== 5) both.receive(talker('ann', seq));
    if (seq > 40 && seq < 90) both.receive(talker('chief', seq - 41));
    if (seq === 90) both.receive(talker('chief', 49, { end: true }));
    both.play(seq % 10 === 3 ? 3 : seq % 10 === 4 ? 12 : 7 + (seq % 2));
  }
}

describe('Playback on the audio thread', () => {
  for (const [way, memory] of [
    ['messages', null],
    ['shared memory', sharedRingMemory(1 << 14)],
  ] as const) {
    it(`gives what playback gives that is pulled at the same moments, its frames by ${way}`, () => {
      const both = new Comparison(heard, module, memory);
      playScene(both);
      const [engine, local] = both.played;
      expect(local.reduce((most, sample) => Math.max(most, sample))).to.be.above(0.2);
      expect(engine.findIndex((sample, i) => sample !== local[i])).to.equal(-1);
      both.engine.obey({ type: 'askStatistics' });
      expect(both.news).to.deep.equal([
        { type: 'statistics', talkers: [...both.local.statistics().values()] },
      ]);
      expect(both.local.statistics().get('ann')?.concealedMs).to.be.above(0);
      both.engine.close();
      both.local.clear();
    });
  }

  it('leaves out what waits in shared memory from before a suspension, or before an end', () => {
    const both = new Comparison(heard, module, sharedRingMemory(1 << 16));
    for (let seq = 0; seq < 20; seq++) both.receive(talker('ann', seq));
    both.nowMs += 2_000;
    both.play(50);
    both.engine.hear({ type: 'clear' });
    expect(both.played[0].every((sample) => sample === 0)).to.equal(true);
    for (let seq = 20; seq < 30; seq++) both.receive(talker('ann', seq));
    both.engine.hear({ type: 'clear' });
    both.play(50);
    expect(both.played[0].every((sample) => sample === 0)).to.equal(true);
  });

  it('places a frame that came over a patch as the net that it is heard on', () => {
    const both = new Comparison({ ...heard, transmissionsOf: () => [] });
    both.engine.obey({
      type: 'heard',
      transmissions: [],
      nets: [],
      patches: [],
      patchedNets: [
        ['theirs', 'ours'],
        [null, 'own'],
      ],
    });
    for (const [id, pan] of [
      ['ours', -1],
      ['own', 1],
    ] as const) {
      both.engine.obey({ type: 'placeChannel', id, placement: { gain: 1, pan } });
    }
    const hears = (seq: number, change: Partial<OpusFrame>): readonly [number, number] => {
      both.engine.hear({ type: 'clear' });
      both.play(2);
      both.played[0].length = 0;
      for (let i = seq; i < seq + 10; i++) {
        both.receive(talker('ann', i, { start: i === seq, ...change }));
        both.play(8);
      }
      const loudest = (ear: number): number =>
        Math.max(...both.played[0].filter((_, i) => i % 2 === ear));
      return [loudest(0), loudest(1)];
    };
    const [left, right] = hears(0, { route: route('theirs') });
    expect(left).to.be.above(0.1);
    expect(right).to.be.below(1e-6);
    const hidden = { id: 'hidden', handle: 2, kind: 'channel' } as const;
    expect(hears(100, { route: hidden })[0]).to.be.below(1e-6);
    const whisper = { id: 'whisper', handle: 3, kind: 'whisper' } as const;
    expect(Math.min(...hears(200, { route: whisper }))).to.be.above(0.1);
  });

  it('tells what was played of each talker before the mix, when asked, and no longer', () => {
    const both = new Comparison({ ...heard, transmissionsOf: () => [] });
    const tapped = new Map<string, number[]>();
    both.local.addTap({
      write: ({ source, samples }) =>
        void tapped.set(source.id, [...(tapped.get(source.id) ?? []), ...samples]),
    });
    both.engine.obey({ type: 'taps', on: true });
    both.engine.obey({
      type: 'placeParticipant',
      id: 'session of ann',
      placement: { gain: 0, pan: 0 },
    });
    const startedAt = both.nowMs;
    for (let seq = 0; seq < 30; seq++) {
      both.receive(talker('ann', seq));
      if (seq >= 10) both.receive(talker('bob', seq - 10, { route: route('medical') }));
      both.play(7 + (seq % 2));
    }
    both.engine.obey({ type: 'taps', on: false });
    const batches = both.news.filter((each) => each.type === 'tapped');
    for (const name of ['ann', 'bob']) {
      const told = batches.filter(({ source }) => source.id === name);
      const samples = told.flatMap((each) => [...each.samples.subarray(0, each.length)]);
      expect(samples.length).to.be.above(10_000);
      expect(samples).to.deep.equal(tapped.get(name));
      expect(told.at(-1)?.route?.channel).to.equal(name === 'ann' ? 'command' : 'medical');
    }
    expect(batches.length).to.be.below(40);
    const [first] = batches;
    expect((first?.heardAtMs ?? 0) - startedAt).to.be.within(-5, 5);
    both.news.length = 0;
    both.receive(talker('ann', 30));
    both.play(100);
    expect(both.news).to.deep.equal([]);
  });

  it('uses the memory of batches that come back', () => {
    const both = new Comparison(heard);
    both.engine.obey({ type: 'taps', on: true });
    const mine = new Float32Array(3_840);
    both.engine.obey({ type: 'returned', samples: mine });
    for (let seq = 0; seq < 10; seq++) {
      both.receive(talker('ann', seq));
      both.play(8);
    }
    expect(mine.length, 'gone with a batch').to.equal(0);
  });

  it('conceals packets that the decoder refuses, and tells how many, once a second at most', () => {
    const both = new Comparison(heard);
    for (let seq = 0; seq < 100; seq++) {
      const packet = seq % 2 === 1 ? { packet: Uint8Array.of(0xff, 0xff, 0xff) } : {};
      both.receive(talker('ann', seq, packet));
      both.play(7 + (seq % 2));
    }
    both.play(400);
    const refusals = both.news.filter(({ type }) => type === 'packetsRefused');
    const counts = refusals.map((each) => ('count' in each ? each.count : 0));
    expect(refusals.length).to.be.within(2, 4);
    expect(counts.reduce((sum, count) => sum + count, 0)).to.equal(50);
  });

  it('gives both ears to an output that has one', () => {
    const both = new Comparison(heard);
    both.engine.obey({
      type: 'placeParticipant',
      id: 'session of ann',
      placement: { gain: 1, pan: -1 },
    });
    const mono = new Float32Array(QUANTUM);
    let loudest = 0;
    for (let seq = 0; seq < 20; seq++) {
      both.receive(talker('ann', seq));
      both.play(7);
      both.engine.render([mono], (seq * 8 + 8) * QUANTUM);
      loudest = Math.max(loudest, ...mono);
    }
    expect(loudest).to.be.above(0.1);
  });

  it('says that it has no decoder, and is silent then', () => {
    const empty = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    const both = new Comparison(heard, empty);
    expect(both.news).to.have.length(1);
    expect(both.news[0]).to.include({ type: 'failed', code: 'ERR_CODEC_WASM' });
    both.receive(talker('ann', 0));
    both.play(20);
    expect(both.played[0].every((sample) => sample === 0)).to.equal(true);
    expect(both.news).to.have.length(1);
  });

  it('plays at the pace of a context that has another rate, and runs out of nothing', () => {
    const rateHz = 44_100;
    const startsAtMs = EPOCH_MS;
    let nowMs = startsAtMs;
    const news: PlaybackNews[] = [];
    const engine = new PlaybackEngine({
      sampleRateHz: rateHz,
      options: { latency: 'normal' },
      wallNow: () => Math.floor(nowMs),
      post: (each) => news.push(each),
    });
    engine.hear({ type: 'decoder', module });
    const ears = [new Float32Array(QUANTUM), new Float32Array(QUANTUM)];
    let [seq, loudest] = [0, 0];
    for (let frame = 0; frame < 5 * rateHz; frame += QUANTUM) {
      engine.render(ears, frame);
      loudest = Math.max(loudest, ...(ears[1] ?? []));
      nowMs = startsAtMs + (frame * 1_000) / rateHz;
      for (; seq * 20 < nowMs - startsAtMs; seq++) {
        engine.hear({ type: 'frame', frame: talker('ann', seq), arrivedAtMs: nowMs });
      }
    }
    engine.obey({ type: 'askStatistics' });
    expect(loudest).to.be.above(0.2);
    const [told] = news;
    expect(told?.type === 'statistics' && told.talkers[0]).to.deep.include({
      concealedMs: 0,
      skipped: 0,
    });
  });
});
