import { expect } from 'chai';
import { AdaptiveReceiver, type ReceivedFrame } from '../../src/index.node.js';
import {
  delayed,
  frame,
  play,
  sounds,
  talkspurt,
  timeOf,
  without,
  type Arrival,
} from './received-frames.js';

const create = (options = {}): AdaptiveReceiver<ReceivedFrame> => new AdaptiveReceiver(options);

const range = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i).join(' ');

describe('The adaptive receiver', () => {
  it('plays a talkspurt 40 ms after its first frame came, and is idle after its last', () => {
    const receiver = create();
    const heard = play(receiver, talkspurt(5), 300);
    expect(sounds(heard)).to.equal('100 101 102 103 104');
    expect(timeOf(heard, 100)).to.equal(40);
    expect(receiver.idle).to.equal(true);
    expect(receiver.statistics).to.include({ played: 5, concealedMs: 0, targetMs: 40, lost: 0 });
  });

  it('begins at the very sample that the delay says, and not at the next block', () => {
    const heard = play(create(), talkspurt(5, 100, 3.5), 300);
    expect(timeOf(heard, 100)).to.be.closeTo(43.5, 1 / 48);
  });

  it('plays 20 ms after the first frame where it may, with frames of 10 ms', () => {
    const arrivals = Array.from({ length: 20 }, (_, i): Arrival => {
      return [10 * i, frame(100 + i, { durationMs: 10, start: i === 0, end: i === 19 })];
    });
    const heard = play(create({ floorMs: 20 }), without(arrivals, 105), 400);
    expect(timeOf(heard, 100)).to.equal(20);
    expect(sounds(heard)).to.equal(`${range(100, 104)} f105 ${range(106, 119)}`);
  });

  it('recovers a lost frame from the packet after it', () => {
    const receiver = create();
    const heard = play(receiver, without(talkspurt(10), 104), 500);
    expect(sounds(heard)).to.equal(`${range(100, 103)} f104 ${range(105, 109)}`);
    expect(receiver.statistics).to.include({ played: 9, recovered: 1, concealedMs: 0, lost: 1 });
  });

  it('recovers nothing from a packet that carries nothing of the frame before', () => {
    const receiver = create({ carriesFec: () => false });
    const heard = play(receiver, without(talkspurt(10), 104), 500);
    expect(sounds(heard)).to.equal(`${range(100, 103)} c20 ${range(105, 109)}`);
  });

  it('conceals what no packet tells of, and is no later afterwards', () => {
    const receiver = create();
    const heard = play(receiver, without(talkspurt(12), 103, 104, 105, 106), 600);
    expect(sounds(heard)).to.match(/^100 101 102 (c10 )+(c20 )*f106 107 /);
    expect(receiver.statistics.concealedMs).to.equal(60);
    expect(timeOf(heard, 106) - timeOf(heard, 102)).to.equal(80);
    expect(receiver.statistics).to.include({ lost: 4, meanBurst: 4, freezes: 0 });
  });

  it('plays copies that a later frame brings in time, with the packet that was lost', () => {
    const receiver = create({ floorMs: 80 });
    const arrivals = talkspurt(12).map(([at, each], i): Arrival => [
      at,
      frame(each.seq, { ...each, timeMs: each.time / 48, earlier: i < 2 ? [] : [1, 2] }),
    ]);
    const heard = play(receiver, without(arrivals, 104, 105, 106), 600);
    expect(sounds(heard)).to.equal(`${range(100, 103)} f104 r105 r106 ${range(107, 111)}`);
    const copy = heard.find(({ action }) => action.kind === 'decode' && action.seq === 105);
    expect(copy?.action).to.deep.include({ packet: Uint8Array.of(0, 105) });
    expect(receiver.statistics).to.include({ redundant: 2, recovered: 1, lost: 3 });
  });

  it('takes no delay from copies that come when their time is concealed already', () => {
    const arrivals = talkspurt(20).map(([at, each], i): Arrival => [
      at,
      frame(each.seq, { ...each, timeMs: each.time / 48, earlier: i < 4 ? [] : [1, 2, 3, 4] }),
    ]);
    const heard = play(create(), without(arrivals, 105, 106, 107, 108), 700);
    expect(sounds(heard)).to.match(/ 104 c10 c10 c10 c10 r107 r108 109 /);
    expect(timeOf(heard, 107) - timeOf(heard, 104)).to.equal(60);
  });

  it('halts under concealment when the network stalls, and swallows no word', () => {
    const stall = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [110 + i, 300 - 20 * i]));
    const receiver = create();
    const heard = play(receiver, delayed(talkspurt(60), stall), 2_000);
    expect(sounds(heard).replaceAll(/c\d+ /g, '')).to.equal(range(100, 159));
    expect(receiver.statistics).to.include({ late: 0, skipped: 0, freezes: 1, lost: 0 });
  });

  it('comes back from a stall by shortening speech', () => {
    const stall = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [110 + i, 300 - 20 * i]));
    const receiver = create();
    const heard = play(receiver, delayed(talkspurt(1_000), stall), 20_500);
    const delay = (seq: number): number => timeOf(heard, seq) - (seq - 100) * 20;
    expect(delay(126)).to.be.above(250);
    expect(delay(1_090)).to.be.at.most(60);
    expect(receiver.statistics.removedMs).to.be.above(200);
  });

  it('shortens nothing in the three seconds after a stall, when others may follow', () => {
    const stall = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [110 + i, 300 - 20 * i]));
    const heard = play(create(), delayed(talkspurt(1_000), stall), 20_500);
    const first = heard.find(({ action }) => action.kind === 'decode' && action.stretchMs < 0);
    const resumed = timeOf(heard, 110);
    expect(first?.at).to.be.at.least(resumed + 3_000);
  });

  it('comes back from a stall at once where little delay matters more', () => {
    const stall = Object.fromEntries(Array.from({ length: 4 }, (_, i) => [800 + i, 80 - 20 * i]));
    const heard = play(create({ floorMs: 20 }), delayed(talkspurt(1_000), stall), 20_500);
    const delay = (seq: number): number => timeOf(heard, seq) - (seq - 100) * 20;
    expect(delay(802)).to.be.above(60);
    expect(delay(950)).to.be.at.most(30);
    const unhurried = play(create(), delayed(talkspurt(1_000), stall), 20_500);
    expect(timeOf(unhurried, 950) - 850 * 20).to.be.above(60);
  });

  it('shortens nothing at first where a talkspurt begins in a stall', () => {
    const arrivals = talkspurt(400).map(([at, each]): Arrival => [Math.max(at, 300), each]);
    const known = talkspurt(25, 50, -1_000);
    const heard = play(create(), [...known, ...arrivals], 8_500);
    const first = heard.find(({ action }) => action.kind === 'decode' && action.stretchMs < 0);
    expect(timeOf(heard, 100)).to.be.at.least(300);
    expect(first?.at).to.be.at.least(timeOf(heard, 100) + 3_000);
  });

  it('lets no stall after the first be heard, and changes the pace for none of them', () => {
    const arrivals = talkspurt(1_000).map(([at, each]): Arrival => [
      at % 5_000 < 300 && at >= 5_000 ? at - (at % 5_000) + 300 : at,
      each,
    ]);
    const receiver = create();
    const heard = play(receiver, arrivals, 21_000);
    expect(receiver.statistics.freezes).to.equal(1);
    const gaps = heard.filter(({ at, action }) => at > 6_000 && action.kind === 'conceal');
    expect(gaps.length).to.be.at.most(4);
    expect(receiver.statistics.removedMs + receiver.statistics.insertedMs).to.be.below(100);
  });

  it('shortens by no more than 8 ms in 60 ms', () => {
    // A way that gets 200 ms shorter leaves playing 200 ms too far behind.
    const arrivals = talkspurt(400).map(([at, each], i): Arrival => [
      at + (i < 50 ? 200 : 0),
      each,
    ]);
    const heard = play(create(), arrivals, 8_500);
    let removed = 0;
    let since = 0;
    for (const { action } of heard) {
      if (action.kind !== 'decode') continue;
      since += action.durationMs;
      if (action.stretchMs >= 0) continue;
      if (removed > 0) expect(since).to.be.at.least((removed * 60) / 8);
      removed = -action.stretchMs;
      since = 0;
    }
    expect(removed).to.be.above(0);
  });

  it('keeps to numbers and not to arrival, and counts who comes late', () => {
    const receiver = create({ carriesFec: () => false });
    const heard = play(receiver, delayed(talkspurt(10), { 103: 25, 106: 90 }), 600);
    expect(sounds(heard)).to.equal(`${range(100, 105)} c20 ${range(107, 109)}`);
    expect(receiver.statistics).to.include({ late: 1, lost: 0, played: 9 });
  });

  it('plays a frame once, however often it comes', () => {
    const arrivals = talkspurt(10).flatMap(([at, each]): Arrival[] => [
      [at, each],
      [at + 1, each],
      [at + 70, each],
    ]);
    const receiver = create();
    expect(sounds(play(receiver, arrivals, 600))).to.equal(range(100, 109));
    expect(receiver.statistics).to.include({ duplicates: 20, late: 0, played: 10 });
  });
});

describe('The adaptive receiver, between talkspurts,', () => {
  it('waits anew for each, and conceals nothing in between', () => {
    const receiver = create();
    const second = talkspurt(3, 103, 400).map(([at, each]): Arrival => [
      at,
      { ...each, time: (2_000 + at) * 48 },
    ]);
    const heard = play(receiver, [...talkspurt(3), ...second], 800);
    expect(sounds(heard)).to.equal('100 101 102 103 104 105');
    expect(timeOf(heard, 103)).to.equal(440);
    expect(receiver.statistics).to.include({ concealedMs: 0, lost: 0 });
  });

  it('ends at an empty frame that stands in for a lost last one, without any noise', () => {
    const receiver = create();
    const arrivals: Arrival[] = [
      ...without(talkspurt(6), 105),
      [120, frame(105, { end: true, empty: true })],
      [140, frame(105, { end: true, empty: true })],
    ];
    expect(sounds(play(receiver, arrivals, 300))).to.equal(range(100, 104));
    expect(receiver.idle).to.equal(true);
  });

  it('lets a real frame take the place of an empty one', () => {
    const arrivals: Arrival[] = [
      ...without(talkspurt(6), 105),
      [110, frame(105, { end: true, empty: true })],
      [115, frame(105, { end: true, timeMs: 2_100 })],
    ];
    expect(sounds(play(create(), arrivals, 300))).to.equal(range(100, 105));
  });

  it('ends one whose end was lost 200 ms after the last frame', () => {
    const receiver = create();
    const heard = play(receiver, talkspurt(6).slice(0, 5), 290);
    expect(sounds(heard)).to.match(/^100 101 102 103 104( c10){14,16}$/);
    expect(receiver.idle).to.equal(true);
    expect(receiver.statistics.freezes).to.equal(1);
  });

  it('goes on with what was only stalled, and counts all of the gap', () => {
    const arrivals = talkspurt(40).map(([at, each], i): Arrival => [
      i < 10 ? at : Math.max(at, 650),
      each,
    ]);
    const receiver = create();
    const heard = play(receiver, arrivals, 2_000);
    expect(sounds(heard).replaceAll(/c\d+ /g, '')).to.equal(range(100, 139));
    expect(receiver.statistics.concealedMs).to.be.within(400, 420);
    expect(receiver.statistics.freezes).to.equal(1);
  });

  it('recovers the lost first frame of a talkspurt from the second', () => {
    const heard = play(create(), without(talkspurt(6), 100), 300);
    expect(sounds(heard)).to.equal(`f100 ${range(101, 105)}`);
    expect(timeOf(heard, 101)).to.equal(60);
  });

  it('takes a copy for the first frame that it may be', () => {
    const [first, ...more] = talkspurt(6);
    const led = more.map(([at, each], i): Arrival => {
      return [
        at,
        frame(each.seq, { ...each, timeMs: each.time / 48, earlier: i === 0 ? [1] : [] }),
      ];
    });
    expect(first?.[1].seq).to.equal(100);
    expect(sounds(play(create(), led, 300))).to.equal(`r100 ${range(101, 105)}`);
  });

  it('takes a jump in media time for a pause, even where start and end were lost', () => {
    const second = talkspurt(3, 110, 860).map(([at, each]): Arrival => [
      at,
      { ...each, start: false },
    ]);
    const heard = play(create({ carriesFec: () => false }), [...talkspurt(3), ...second], 1_300);
    expect(sounds(heard).replaceAll(/c\d+ /g, '')).to.equal('100 101 102 110 111 112');
  });

  it('lets a talkspurt begin when its time has come, though the one before it has no end', () => {
    const second = talkspurt(5, 106, 130);
    const heard = play(create(), [...talkspurt(6).slice(0, 4), ...second], 600);
    expect(timeOf(heard, 106)).to.equal(170);
    expect(sounds(heard)).to.match(/^100 101 102 103 (c\d+ )+106 107 108 109 110$/);
  });

  it('skips what is more than 600 ms old, and goes on at its target', () => {
    const receiver = create();
    const burst = talkspurt(100).map(([, each]): Arrival => [2_000, each]);
    const heard = play(receiver, [...talkspurt(1, 99), ...burst], 4_500);
    const first = Number(sounds(heard.filter(({ at }) => at >= 2_000)).split(' ')[0]);
    expect(first).to.be.within(180, 199);
    expect(receiver.statistics.skipped).to.be.above(80);
    expect(receiver.idle).to.equal(true);
  });
});

describe('The delay that the receiver aims at', () => {
  const target = (arrivals: readonly Arrival[], options = {}): number => {
    const receiver = create(options);
    play(receiver, arrivals, 20_000);
    return receiver.statistics.targetMs;
  };
  const long = talkspurt(900);
  /** Every twentieth frame late, and the one after it too, or it would be recovered in time. */
  const often = (lateMs: number): Arrival[] =>
    long.map(([at, each], i) => [at + (i % 20 < 2 ? lateMs : 0), each]);

  it('rises to what half a second usually brings, and has a floor and a ceiling', () => {
    expect(target(long)).to.equal(40);
    expect(target(often(120))).to.be.within(120, 135);
    expect(target(often(900))).to.equal(300);
    expect(target(often(900), { ceilingMs: 200 })).to.equal(200);
    expect(target(long, { floorMs: 60 })).to.equal(60);
  });

  it('is half a frame above what half a second usually brings, for the latest frame of the next', () => {
    expect(target(often(62))).to.equal(75);
    expect(target(often(62), { floorMs: 80 })).to.equal(80);
    // Who is in a hurry goes without.
    expect(target(often(62), { floorMs: 20 })).to.equal(65);
  });

  it('rises for single frames of which the next packet tells, as long as these are little later', () => {
    const single = (lateMs: number): Arrival[] =>
      long.map(([at, each], i) => [at + (i % 20 === 0 ? lateMs : 0), each]);
    expect(target(single(72))).to.equal(85);
    expect(target(single(90))).to.equal(40);
  });

  it('is not held up by one late moment in ten seconds where little delay matters more', () => {
    const once = long.map(([at, each], i): Arrival => [
      at + (i % 500 >= 450 && i % 500 < 453 ? 90 : 0),
      each,
    ]);
    expect(target(once.slice(0, 600), { floorMs: 20 })).to.be.at.most(30);
    expect(target(once.slice(0, 600))).to.equal(105);
  });

  it('does not rise for single frames that the next packet recovers', () => {
    expect(target(long.map(([at, each], i) => [at + (i % 20 === 0 ? 120 : 0), each]))).to.equal(40);
  });

  it('stays low when the way gets longer for good', () => {
    const receiver = create();
    play(
      receiver,
      long.map(([at, each], i) => [at + (i > 400 ? 100 : 0), each]),
      12_500,
    );
    expect(receiver.statistics.targetMs).to.be.below(60);
  });

  it('refuses options that make no sense, all in one error', () => {
    expect(() => create({ floorMs: 5, ceilingMs: 900 })).to.throw(/floorMs "5".*ceilingMs "900"/);
    expect(() => create({ floorMs: NaN })).to.throw(/floorMs "NaN"/);
  });
});
