import { expect } from 'chai';
import fc from 'fast-check';
import type { OpusFrame } from '../../src/audio/opus-frame.js';
import { FixedDelayReceiver } from '../../src/audio/fixed-delay-receiver.js';
import type { Receiver } from '../../src/audio/receiver.js';

const source = { id: 's', handle: 1, session: 'x', kind: 'microphone' };
const route = { id: 'r', handle: 2, kind: 'channel' as const, channel: 'c' };

interface FrameOptions {
  readonly start?: boolean;
  readonly end?: boolean;
  readonly empty?: boolean;
  readonly pauseMs?: number;
}

function frame(seq: number, options: FrameOptions = {}): OpusFrame {
  const { start = false, end = false, empty = false, pauseMs = 0 } = options;
  const packet = empty ? new Uint8Array(0) : Uint8Array.of(seq % 256);
  const time = seq * 960 + pauseMs * 48;
  return { source, route, seq, time, durationMs: 20, start, end, level: 10, packet };
}

/** What the listener hears, 20 ms a letter: a number is a frame, `c` concealment, `.` silence. */
function listen(
  receiver: Receiver,
  arrivals: readonly (readonly [number, OpusFrame])[],
  untilMs: number,
): string[] {
  const heard: string[] = [];
  const waiting = [...arrivals].sort(([left], [right]) => left - right);
  const pushUntil = (now: number): void => {
    while ((waiting[0]?.[0] ?? Infinity) <= now) {
      const [at, each] = waiting.shift() as [number, OpusFrame];
      receiver.push(each, at);
    }
  };
  for (let now = 0; now < untilMs;) {
    pushUntil(now);
    const step = receiver.pull(now);
    if (step.kind === 'decode') heard.push(String(step.frame.seq));
    else heard.push(step.kind === 'conceal' ? 'c' : '.');
    now += step.kind === 'silence' ? 10 : 20;
  }
  return heard;
}

const sounds = (heard: readonly string[]): string => heard.filter((each) => each !== '.').join(' ');

const talkspurt = (count: number, from = 100): [number, OpusFrame][] =>
  Array.from({ length: count }, (_, i) => [
    i * 20,
    frame(from + i, { start: i === 0, end: i === count - 1 }),
  ]);

describe('The fixed-delay receiver', () => {
  it('plays each frame 60 ms after the first one came, and is idle again after the last', () => {
    const receiver = new FixedDelayReceiver();
    const heard = listen(receiver, talkspurt(5), 400);
    expect(heard.slice(0, 11)).to.deep.equal([
      '.',
      '.',
      '.',
      '.',
      '.',
      '.',
      '100',
      '101',
      '102',
      '103',
      '104',
    ]);
    expect(sounds(heard)).to.equal('100 101 102 103 104');
    expect(receiver.idle).to.equal(true);
  });

  it('plays everything in order when frames come out of order within the delay', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 39 }), { minLength: 3, maxLength: 60 }),
        (jitter) => {
          const arrivals = jitter.map((delay, i): [number, OpusFrame] => [
            // The first frame sets the pace, so it is on time here.
            i * 20 + (i === 0 ? 0 : delay),
            frame(500 + i, { start: i === 0, end: i === jitter.length - 1 }),
          ]);
          const heard = listen(new FixedDelayReceiver(60), arrivals, jitter.length * 20 + 500);
          expect(sounds(heard)).to.equal(jitter.map((_, i) => 500 + i).join(' '));
        },
      ),
    );
  });

  it('conceals each lost frame once and keeps its pace', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 28 }), { maxLength: 15 }), (lost) => {
        const arrivals = talkspurt(30).filter(([, { seq }]) => !lost.includes(seq - 100));
        const longest = longestRun(lost);
        fc.pre(longest <= 2);
        const receiver = new FixedDelayReceiver(60);
        const expected = Array.from({ length: 30 }, (_, i) =>
          lost.includes(i) ? 'c' : `${100 + i}`,
        );
        expect(sounds(listen(receiver, arrivals, 1_500))).to.equal(expected.join(' '));
        expect(receiver.statistics).to.include({
          played: 30 - lost.length,
          concealedMs: 20 * lost.length,
          late: 0,
        });
      }),
    );
  });

  it('drops a frame that comes after its time, and counts it', () => {
    const arrivals = talkspurt(10).map(([at, each]): [number, OpusFrame] =>
      each.seq === 104 ? [at + 90, each] : [at, each],
    );
    const receiver = new FixedDelayReceiver(60);
    expect(sounds(listen(receiver, arrivals, 600))).to.equal(
      '100 101 102 103 c 105 106 107 108 109',
    );
    expect(receiver.statistics.late).to.equal(1);
  });

  it('waits under a short concealment when the network stalls, and swallows no word', () => {
    const arrivals = talkspurt(20).map(([at, each], i): [number, OpusFrame] =>
      i < 10 ? [at, each] : [at + 150, each],
    );
    const heard = listen(new FixedDelayReceiver(60), arrivals, 1_500);
    const frames = heard.filter((each) => each !== '.' && each !== 'c');
    expect(frames.join(' ')).to.equal(
      talkspurt(20)
        .map(([, { seq }]) => seq)
        .join(' '),
    );
    expect(heard.filter((each) => each === 'c').length).to.be.within(1, 5);
  });

  it('does not cover a gap twice that a stall has covered already', () => {
    const arrivals = talkspurt(20).filter(([, { seq }]) => seq < 105 || seq >= 109);
    const heard = listen(new FixedDelayReceiver(60), arrivals, 1_500);
    expect(heard.filter((each) => each === 'c')).to.have.length(4);
    expect(sounds(heard)).to.match(/104 c c c c 109/);
  });

  it('ends a talkspurt whose end was lost after 200 ms without frames, without endless concealment', () => {
    const receiver = new FixedDelayReceiver(60);
    const arrivals = talkspurt(6).slice(0, 5);
    const heard = listen(receiver, arrivals, 260);
    expect(receiver.idle).to.equal(false);
    expect(heard.filter((each) => each === 'c').length).to.be.at.most(5);
    listen(receiver, [], 1_000);
    expect(receiver.pull(1_000)).to.include({ kind: 'silence' });
    expect(receiver.idle).to.equal(true);
  });

  it('ends at an empty frame that stands in for a lost last one', () => {
    const receiver = new FixedDelayReceiver(60);
    const arrivals: [number, OpusFrame][] = [
      ...talkspurt(6).slice(0, 5),
      [120, frame(105, { end: true, empty: true })],
    ];
    expect(sounds(listen(receiver, arrivals, 260))).to.equal('100 101 102 103 104');
    expect(receiver.idle).to.equal(true);
  });

  it('gives each talkspurt its own delay, without concealing the pause between them', () => {
    const second = talkspurt(3, 103).map(([at, each]): [number, OpusFrame] => [
      at + 400,
      { ...each, time: each.time + 400 * 48 },
    ]);
    const heard = listen(new FixedDelayReceiver(60), [...talkspurt(3), ...second], 1_000);
    expect(sounds(heard)).to.equal('100 101 102 103 104 105');
    expect(heard.indexOf('103') * 10).to.be.at.least(60);
  });

  it('takes a jump in media time for a pause even where start and end were lost', () => {
    const second = talkspurt(3, 110).map(([at, each]): [number, OpusFrame] => [
      at + 60,
      { ...each, start: false, time: each.time + 600 * 48 },
    ]);
    const first = talkspurt(4).slice(0, 3);
    expect(sounds(listen(new FixedDelayReceiver(60), [...first, ...second], 1_000))).to.equal(
      '100 101 102 110 111 112',
    );
  });

  it('does not grow beyond half a second when frames come faster than they are played', () => {
    const receiver = new FixedDelayReceiver(60);
    for (let i = 0; i < 200; i++) receiver.push(frame(i, { start: i === 0 }), 0);
    const heard = listen(receiver, [], 1_000).filter((each) => each !== '.' && each !== 'c');
    expect(heard.length).to.be.at.most(5);
    expect(heard[0]).to.equal('197');
    expect(receiver.statistics.skipped).to.equal(197);
  });

  it('never plays a frame twice or out of order, whatever comes', () => {
    const arrival = fc.tuple(
      fc.integer({ min: 0, max: 1_500 }),
      fc.integer({ min: 0, max: 80 }),
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
    );
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 120 }), (arrivals) => {
        const frames = arrivals.map(([at, seq, start, end, empty]): [number, OpusFrame] => [
          at,
          frame(seq, { start, end, empty: end && empty }),
        ]);
        const receiver = new FixedDelayReceiver(60);
        const heard = listen(receiver, frames, 4_000);
        expect(receiver.idle).to.equal(true);
        const played = heard.filter((each) => each !== '.' && each !== 'c').map(Number);
        expect(played).to.deep.equal([...new Set(played)].sort((left, right) => left - right));
      }),
    );
  });
});

function longestRun(numbers: readonly number[]): number {
  let [longest, run] = [0, 0];
  for (let n = 0; n < 40; n++) {
    run = numbers.includes(n) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}
