import { expect } from 'chai';
import fc from 'fast-check';
import type { RouteView, SenderPart, SourceView } from '@sidetone/protocol';
import { createFakeClock, type FakeClock } from '@sidetone/testkit';
import type { Lane } from '../../src/talk/lane-selection.js';
import { SourceTimeline } from '../../src/talk/source-timeline.js';
import type { HeldTarget } from '../../src/media/speaker.js';
import { TalkSender, type OutgoingFrame } from '../../src/talk/talk-sender.js';
import { atOnce } from '../support/at-once.js';

interface Sealed extends SenderPart {
  readonly handle: number;
  readonly routeId: string;
  readonly empty: boolean;
  readonly earlier: readonly number[];
  readonly at: number;
}

const source: SourceView = { id: 's', handle: 1, session: 'me', kind: 'microphone' };
const route = (n: number): RouteView => ({
  id: `r${n}`,
  handle: n,
  kind: 'channel',
  channel: `c${n}`,
});
const lane = (handle: number, routeNumber: number, priority: 0 | 1 | 2 | 3 = 1): Lane => ({
  handle,
  route: route(routeNumber),
  priority,
});
const target = (...lanes: Lane[]): HeldTarget => ({ lanes });
const frame: OutgoingFrame = { packet: Uint8Array.of(1), durationMs: 20, level: 40 };

interface Desk {
  readonly sender: TalkSender;
  readonly clock: FakeClock;
  readonly sealed: Sealed[];
  readonly muted: Set<string>;
}

function desk(startSeq = 65_534): Desk {
  const clock = createFakeClock();
  const sealed: Sealed[] = [];
  const muted = new Set<string>();
  const random = [startSeq, 2 ** 32 - 960];
  const sender = new TalkSender({
    source,
    clock,
    timeline: new SourceTimeline(clock, () => random.shift() ?? 0),
    mayTalk: ({ channel }) => !muted.has(channel ?? ''),
    sealer: {
      seal: (_id, { handle, route: { id } }, part, opus, earlier = []) =>
        void sealed.push({
          ...part,
          handle,
          routeId: id,
          empty: atOnce(opus).length === 0,
          earlier: atOnce(earlier).map(({ seqOffset }) => seqOffset),
          at: clock.now(),
        }),
      drained: () => Promise.resolve(),
    },
  });
  return { sender, clock, sealed, muted };
}

const flags = ({ start, end, empty }: Sealed): string =>
  `${start ? 'S' : ''}${end ? 'E' : ''}${empty ? '0' : '+'}`;
const onHandle = (sealed: readonly Sealed[], handle: number): string =>
  sealed
    .filter((each) => each.handle === handle)
    .map(flags)
    .join(' ');

describe('A talk sender', () => {
  it('starts with S, ends with E on the next frame after the release, and says the end twice more, 20 ms apart', () => {
    const { sender, clock, sealed } = desk();
    const command = target(lane(7, 1));
    sender.hold(command);
    sender.send(frame);
    clock.advance(20);
    sender.send(frame);
    sender.release(command);
    clock.advance(20);
    sender.send(frame);
    clock.advance(1_000);
    expect(onHandle(sealed, 7)).to.equal('S+ + E+ E0 E0');
    expect(sealed.map(({ seq }) => seq)).to.deep.equal([65_535, 0, 1, 1, 1]);
    expect(sealed.map(({ time }) => time)).to.deep.equal([2 ** 32 - 960, 0, 960, 960, 960]);
    expect(sealed.map(({ at }) => at)).to.deep.equal([0, 20, 40, 60, 80]);
    expect(clock.pending).to.equal(0);
  });

  it('carries earlier frames along where it is told to, each lane its own of this talkspurt', () => {
    const { sender, clock, sealed } = desk();
    const [one, other] = [target(lane(7, 1)), target(lane(8, 2))];
    const say = (): void => {
      sender.send(frame);
      clock.advance(20);
    };
    sender.hold(one);
    say();
    sender.earlierFrames = 2;
    sender.hold(other);
    for (let i = 0; i < 3; i++) say();
    sender.release(one);
    say();
    sender.hold(one);
    say();
    const earlierOn = (handle: number): (readonly number[])[] =>
      sealed.filter((each) => each.handle === handle && !each.empty).map(({ earlier }) => earlier);
    expect(earlierOn(7)).to.deep.equal([[], [1], [1, 2], [1, 2], [1, 2], []]);
    expect(earlierOn(8)).to.deep.equal([[], [1], [1, 2], [1, 2], [1, 2]]);
  });

  it('sends nothing and needs nothing encoded while no target is held', () => {
    const { sender, sealed } = desk();
    expect(sender.wanted).to.equal(false);
    sender.send(frame);
    expect(sealed).to.deep.equal([]);
    sender.hold(target(lane(7, 1)));
    expect(sender.wanted).to.equal(true);
  });

  it('ends with an empty frame when the source gives none within two frames of the release', () => {
    const { sender, clock, sealed } = desk();
    const command = target(lane(7, 1));
    sender.hold(command);
    sender.send(frame);
    sender.release(command);
    clock.advance(39);
    expect(onHandle(sealed, 7)).to.equal('S+');
    clock.advance(1_000);
    expect(onHandle(sealed, 7)).to.equal('S+ E0 E0 E0');
    expect(sealed.map(({ seq }) => seq)).to.deep.equal([65_535, 0, 0, 0]);
  });

  it('goes on as if nothing was when the key is down again before the next frame', () => {
    const { sender, clock, sealed } = desk();
    const command = target(lane(7, 1));
    sender.hold(command);
    sender.send(frame);
    sender.release(command);
    sender.hold(command);
    clock.advance(20);
    sender.send(frame);
    clock.advance(100);
    expect(onHandle(sealed, 7)).to.equal('S+ +');
  });

  it('leaves the repeated ends out when the handle starts again', () => {
    const { sender, clock, sealed } = desk();
    const command = target(lane(7, 1));
    sender.hold(command);
    sender.send(frame, command);
    clock.advance(20);
    sender.hold(command);
    sender.send(frame);
    clock.advance(200);
    expect(onHandle(sealed, 7)).to.equal('SE+ E0 S+');
  });

  it('switches with E on the old handle and S on the new one, on the same frame', () => {
    const { sender, clock, sealed } = desk();
    const command = target(lane(7, 1));
    const flight = target(lane(8, 2));
    sender.hold(command);
    sender.send(frame);
    sender.release(command);
    sender.hold(flight);
    sender.send(frame);
    clock.advance(0);
    expect(onHandle(sealed, 7)).to.equal('S+ E+');
    expect(onHandle(sealed, 8)).to.equal('S+');
    const [old, anew] = [
      sealed.find(({ handle, end }) => handle === 7 && end),
      sealed.find(({ handle }) => handle === 8),
    ];
    expect(old?.seq).to.equal(anew?.seq);
    expect(old?.time).to.equal(anew?.time);
  });

  it('sends one copy to a route that several targets name: highest priority, then lowest handle', () => {
    const { sender, sealed } = desk();
    sender.hold(target(lane(9, 1), lane(3, 2)));
    sender.hold(target(lane(5, 1), lane(4, 2, 2)));
    sender.send(frame);
    expect(sealed.map(({ handle }) => handle).sort()).to.deep.equal([4, 5]);
  });

  it('changes handles without a second copy of the frame when a better target joins in', () => {
    const { sender, sealed } = desk();
    sender.hold(target(lane(5, 1)));
    sender.send(frame);
    sender.hold(target(lane(6, 1, 3)));
    sender.send(frame);
    expect(onHandle(sealed, 5)).to.equal('S+ E0');
    expect(onHandle(sealed, 6)).to.equal('S+');
    const second = sealed.slice(1);
    expect(new Set(second.map(({ seq }) => seq)).size).to.equal(1);
  });

  it('ends a muted net at once with an empty frame, while the others hear no gap', () => {
    const { sender, clock, sealed, muted } = desk();
    sender.hold(target(lane(5, 1), lane(6, 2)));
    sender.send(frame);
    muted.add('c1');
    sender.endNow();
    expect(onHandle(sealed, 5)).to.equal('S+ E0');
    clock.advance(20);
    sender.send(frame);
    expect(onHandle(sealed, 6)).to.equal('S+ +');
    const heard = sealed.filter(({ handle, empty }) => handle === 6 && !empty);
    expect(heard.map(({ seq }) => seq)).to.deep.equal([65_535, 0]);
    expect(sealed.filter(({ handle, empty }) => handle === 5 && !empty)).to.have.length(1);
  });

  it('never sends a frame of sound to a net after it was muted there, not even as the last one', () => {
    const { sender, sealed, muted } = desk();
    const command = target(lane(5, 1));
    sender.hold(command);
    sender.send(frame);
    sender.release(command);
    muted.add('c1');
    sender.send(frame);
    expect(onHandle(sealed, 5)).to.equal('S+ E0');
  });

  it('goes silent when its target is dropped', () => {
    const { sender, clock, sealed } = desk();
    const command = target(lane(5, 1));
    sender.hold(command);
    sender.send(frame, command);
    sender.drop(command);
    sender.send(frame);
    clock.advance(1_000);
    expect(onHandle(sealed, 5)).to.equal('SE+');
  });

  it('keeps its rules whatever is held, released, muted and sent', () => {
    const targets = [
      target(lane(1, 1)),
      target(lane(2, 1, 2), lane(3, 2)),
      target(lane(4, 3)),
      target(lane(5, 2, 3), lane(6, 3, 0)),
    ];
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constant({ do: 'frame', n: 0 }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('hold'), n: fc.nat(3) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('release'), n: fc.nat(3) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('last'), n: fc.nat(3) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('mute'), n: fc.nat(3) }) },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constant('wait'), n: fc.integer({ min: 1, max: 70 }) }),
      },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { sender, clock, sealed, muted } = desk(10);
        for (const { do: what, n } of steps) {
          const chosen = targets[n % 4] as HeldTarget;
          if (what === 'frame') sender.send(frame);
          if (what === 'last') sender.send(frame, chosen);
          if (what === 'hold') sender.hold(chosen);
          if (what === 'release') sender.release(chosen);
          if (what === 'wait') clock.advance(n);
          if (what === 'mute') {
            if (!muted.delete(`c${n}`)) muted.add(`c${n}`);
            sender.endNow();
          }
        }
        for (const each of targets) sender.release(each);
        clock.advance(1_000);
        checkHandles(sealed);
        checkNumbers(sealed);
        expect(clock.pending).to.equal(0);
      }),
      { numRuns: 300 },
    );
  });
});

/** On each handle: S first, sound until E, then at most two empty ends of the same number. */
function checkHandles(sealed: readonly Sealed[]): void {
  for (const handle of new Set(sealed.map((each) => each.handle))) {
    expect(onHandle(sealed, handle)).to.match(/^((S\+( \+)*( E\+| E0)|SE\+)( E0){0,2}( |$))+$/);
    let ended: Sealed | null = null;
    for (const each of sealed.filter((other) => other.handle === handle)) {
      const { start, end, empty, seq } = each;
      if (ended && empty && !start) expect(seq).to.equal(ended.seq);
      // A single frame that is start and end begins another talk, whose end the next ones repeat.
      if (start) ended = null;
      ended = end ? (ended ?? each) : null;
    }
  }
}

/** Each number has one sound on each route at most, and numbers of sound follow each other. */
function checkNumbers(sealed: readonly Sealed[]): void {
  const copies = new Set<string>();
  for (const { empty, routeId, seq } of sealed) {
    if (empty) continue;
    expect(copies.has(`${routeId}/${seq}`), `${routeId} twice in ${seq}`).to.equal(false);
    copies.add(`${routeId}/${seq}`);
  }
  const numbers = [...new Set(sealed.map(({ seq }) => seq))];
  numbers.forEach((seq, i) => expect(seq).to.equal((numbers[0] ?? 0) + i));
}
