import { Priorities, type PriorityClass, type TransmissionView } from '@sidetone/protocol';
import { createFakeClock } from '@sidetone/testkit';
import { expect } from 'chai';
import { FixedDelayReceiver } from '../../src/audio/fixed-delay-receiver.js';
import type { OpusFrame } from '../../src/audio/opus-frame.js';
import { LocalPlayback } from '../../src/audio/local-playback.js';
import type { HeardTalk } from '../../src/mixing/heard-talk.js';
import { LOOK_AHEAD_SAMPLES } from '../../src/mixing/limiter.js';
import { flatFrame, passthroughCodec } from '../support/passthrough-codec.js';

const { background, normal, priority, emergency } = Priorities;
const codec = passthroughCodec();
/** In sixteenths of full level, as much as the ears of a test can add up without the limiter. */
const LOUDNESS = 8;
const FULL = LOUDNESS / 128;
const encoder = codec.createEncoder({
  channels: 1,
  frameDurationMs: 20,
  bitrateBps: 6_000,
  application: 'voice',
});

/** Talkers of whom each is heard alone by where it stands: left or right. */
class Room implements HeardTalk {
  readonly clock = createFakeClock();
  readonly playback: LocalPlayback;
  readonly #views = new Map<string, TransmissionView[]>();
  readonly #talking = new Set<string>();
  readonly #said = new Map<string, number>();

  constructor() {
    this.playback = new LocalPlayback({
      codec,
      clock: this.clock,
      createReceiver: () => new FixedDelayReceiver(0),
      packetRefused: (cause) => {
        throw cause;
      },
      heard: this,
    });
    this.playback.pull(0);
    this.playback.placeParticipant({ id: 'left' }, { pan: -1 });
    this.playback.placeParticipant({ id: 'right' }, { pan: 1 });
  }

  begin(name: string, classes: readonly PriorityClass[], channels = ['net']): void {
    this.#talking.add(name);
    this.tell(name, classes, channels);
  }

  tell(name: string, classes: readonly PriorityClass[], channels = ['net']): void {
    const routes = channels.map((channel, i) => routeOf(channel, i));
    this.#views.set(
      name,
      classes.map((each, i) => ({
        id: `${name} ${i}`,
        source: sourceOf(name),
        routes,
        priority: each,
        firstSeq: 0,
      })),
    );
  }

  end(name: string): void {
    this.playback.receive(frameOf(name, this.#next(name), true));
    this.#talking.delete(name);
    this.#views.delete(name);
  }

  /** Loudness left and right, relative to full, at the end of each 20 ms. */
  hear(ms: number): { readonly left: number; readonly right: number }[] {
    return Array.from({ length: ms / 20 }, () => {
      for (const name of this.#talking) {
        this.playback.receive(frameOf(name, this.#next(name), false));
      }
      const mix = this.playback.pull(960);
      this.clock.advance(20);
      const scale = FULL * Math.SQRT2;
      return { left: (mix.at(-2) ?? NaN) / scale, right: (mix.at(-1) ?? NaN) / scale };
    });
  }

  transmissionsOf(source: string): readonly TransmissionView[] {
    return this.#views.get(source) ?? [];
  }

  hears(channel: string): boolean {
    return channel !== 'unheard';
  }

  channelsOfPatch(): readonly string[] {
    return [];
  }

  #next(name: string): number {
    const seq = this.#said.get(name) ?? 0;
    this.#said.set(name, seq + 1);
    return seq;
  }
}

const sourceOf = (name: string) => ({ id: name, handle: 1, session: name, kind: 'microphone' });
const routeOf = (channel: string, i = 0) => ({
  id: `route ${channel}`,
  handle: i + 1,
  kind: 'channel' as const,
  channel,
});

function frameOf(name: string, seq: number, end: boolean): OpusFrame {
  return {
    source: sourceOf(name),
    route: routeOf('net'),
    seq,
    time: seq * 960,
    durationMs: 20,
    start: seq === 0,
    end,
    level: 10,
    packet: encoder.encode(flatFrame(LOUDNESS)),
  };
}

const db = (value: number): number => 10 ** (value / 20);

describe('Ducking', () => {
  const settled = (room: Room): { readonly left: number; readonly right: number } => {
    const heard = room.hear(600).at(-1);
    if (!heard) throw new Error('nothing was heard');
    return heard;
  };

  for (const [own, other, expected] of [
    [normal, normal, 0],
    [background, normal, 0],
    [background, priority, -12],
    [normal, priority, -12],
    [normal, emergency, -24],
    [background, emergency, -24],
    [priority, priority, 0],
    [emergency, emergency, 0],
    [emergency, priority, 0],
  ] as const) {
    it(`takes ${expected} dB of class ${own} while class ${other} is heard`, () => {
      const room = new Room();
      room.begin('left', [own]);
      room.begin('right', [other]);
      const { left } = settled(room);
      expect(left).to.be.closeTo(db(expected), 1e-3);
      expect(room.playback.statistics().get('left')).to.include({
        duckingDb: expected,
        priority: own,
      });
    });
  }

  it('goes down in 30 ms and comes back in 400, without a jump', () => {
    const room = new Room();
    room.begin('left', [normal]);
    expect(settled(room).left).to.be.closeTo(1, 1e-3);
    room.begin('right', [priority]);
    const [first, second, third] = room.hear(60);
    expect(first?.left).to.be.within(db(-12) + 0.1, 1);
    // The look-ahead of the limiter comes on top.
    expect(second?.left).to.be.closeTo(db(-12), 1e-3);
    expect(third?.left).to.be.closeTo(db(-12), 1e-3);
    room.end('right');
    room.hear(20);
    const back = room.hear(420).map(({ left }) => left);
    expect(back[9]).to.be.closeTo(db(-12) + (1 - db(-12)) / 2, 0.06);
    expect(back.at(-1)).to.be.closeTo(1, 1e-3);
    back.forEach((value, i) => {
      expect(value - (back[i - 1] ?? value)).to.be.within(0, 0.04);
    });
  });

  it('begins where it should for who talks into it, and for who talks after it', () => {
    const room = new Room();
    room.begin('right', [emergency]);
    settled(room);
    room.begin('left', [normal]);
    expect(room.hear(20)[0]?.left).to.be.closeTo(db(-24), 1e-3);
    room.end('left');
    room.hear(40);
    room.end('right');
    room.hear(60);
    room.begin('left', [normal]);
    expect(room.hear(20)[0]?.left).to.be.closeTo(1, 1e-3);
  });

  it('keeps who has precedence above a fifth of full level, whatever places and ducks it', () => {
    const room = new Room();
    room.begin('left', [priority]);
    room.begin('right', [emergency]);
    expect(settled(room).left).to.be.closeTo(0.2, 1e-3);
    room.playback.placeParticipant({ id: 'right' }, { gain: 0.01 });
    expect(settled(room).right).to.be.closeTo(0.2, 1e-3);
    room.playback.placeParticipant({ id: 'right' }, { gain: 0 });
    expect(settled(room).right, 'silenced by name').to.equal(0);
    room.playback.placeParticipant({ id: 'left' }, { gain: 2 });
    expect(settled(room).left).to.be.closeTo(0.2, 1e-3);
    room.playback.placeParticipant({ id: 'right' }, { gain: 0.01 });
    room.tell('right', [normal]);
    expect(settled(room).right).to.be.closeTo(0.01 * db(-12), 1e-4);
  });

  it('can be set otherwise, and turned off', () => {
    const room = new Room();
    expect(room.playback.ducking).to.deep.equal({ priorityDb: -12, emergencyDb: -24 });
    room.playback.ducking = { priorityDb: -6 };
    room.begin('left', [normal]);
    room.begin('right', [priority]);
    expect(settled(room).left).to.be.closeTo(db(-6), 1e-3);
    expect(room.playback.ducking).to.deep.equal({ priorityDb: -6, emergencyDb: -24 });
    room.playback.ducking = null;
    expect(settled(room).left).to.be.closeTo(1, 1e-3);
    const louder = (): void => void (room.playback.ducking = { emergencyDb: 3 });
    expect(louder).to.throw(/emergencyDb "3" is not -60 to 0/);
  });

  it('waits for the news of who talks, and holds them while the last frames are played', () => {
    const room = new Room();
    room.begin('left', [normal]);
    room.begin('right', []);
    expect(settled(room).left).to.be.closeTo(1, 1e-3);
    room.tell('right', [priority]);
    expect(settled(room).left).to.be.closeTo(db(-12), 1e-3);
    room.tell('right', []);
    expect(settled(room).left).to.be.closeTo(db(-12), 1e-3);
  });

  it('counts the highest class of what is heard, and nothing that goes to other nets alone', () => {
    const room = new Room();
    room.begin('left', [normal]);
    room.begin('right', [normal, emergency]);
    expect(settled(room).left).to.be.closeTo(db(-24), 1e-3);
    const other = new Room();
    other.begin('left', [normal]);
    other.begin('right', [emergency], ['unheard']);
    expect(settled(other).left).to.be.closeTo(1, 1e-3);
  });
});

describe('Who talks on several nets', () => {
  it('is heard as on the loudest of those that are listened to', () => {
    const room = new Room();
    room.playback.placeChannel({ id: 'net' }, { gain: 0.5 });
    room.playback.placeChannel({ id: 'second' }, { gain: 0.75, pan: -1 });
    room.playback.placeChannel({ id: 'unheard' }, { gain: 4 });
    room.begin('ann', [normal], ['net', 'second', 'unheard']);
    const heard = room.hear(100).at(-1);
    expect(heard?.left).to.be.closeTo(0.75, 1e-3);
    expect(heard?.right).to.be.closeTo(0, 1e-6);
    room.tell('ann', [normal], ['net']);
    const alone = room.hear(100).at(-1);
    expect(alone?.left).to.be.closeTo(0.5 / Math.SQRT2, 1e-3);
    expect(alone?.right).to.be.closeTo(0.5 / Math.SQRT2, 1e-3);
  });
});

describe('A tap', () => {
  it('is given each talker before gain, pan and ducking, and one that throws harms nobody', () => {
    const room = new Room();
    const heard: [string, number][] = [];
    room.playback.addTap({
      write: () => {
        throw new Error('full');
      },
    });
    const remove = room.playback.addTap({
      write: ({ source, samples, channels, route }) => {
        expect([channels, route?.channel]).to.deep.equal([1, 'net']);
        expect(samples).to.have.length(480);
        heard.push([source.id, samples.at(-1) ?? NaN]);
      },
    });
    room.begin('left', [normal]);
    room.begin('right', [emergency]);
    room.hear(20);
    expect(heard).to.deep.equal([
      ['left', FULL],
      ['right', FULL],
      ['left', FULL],
      ['right', FULL],
    ]);
    remove();
    room.hear(20);
    expect(heard).to.have.length(4);
  });
});

describe('Pulling into memory of the caller', () => {
  it('gives what pull gives, and refuses what is no stereo', () => {
    const [one, other] = [new Room(), new Room()];
    for (const room of [one, other]) {
      room.begin('left', [normal]);
      room.playback.receive(frameOf('left', 0, true));
    }
    const out = new Float32Array(2 * 2_000).fill(9);
    one.playback.pullInto(out);
    expect(out).to.deep.equal(other.playback.pull(2_000));
    expect(out[2 * LOOK_AHEAD_SAMPLES]).to.be.closeTo(FULL * Math.SQRT2, 1e-6);
    expect(() => one.playback.pullInto(new Float32Array(3))).to.throw(/"3" samples are no stereo/);
  });
});
