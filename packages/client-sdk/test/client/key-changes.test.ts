import { expect } from 'chai';
import type { Codec, FrameDecoder } from '@sidetone/protocol';
import { createSeededRandom, type SeededRandom } from '@sidetone/testkit';
import type { Client } from '../../src/client/client.js';
import { SLOTS, type Slot } from '../../src/gate/key-press.js';
import type { TalkKeyboard } from '../../src/talk/talk-keyboard.js';
import { checkKeyChanges } from '../support/check-key-changes.js';
import { connectedClient, createFakeClock } from '../support/connected-client.js';
import { FakeServer } from '../support/fake-server.js';
import { randomKeyChanges, type KeyChange, type Stretch } from '../support/key-changes.js';

const CHANGES = 10_000;
const FRAME_MS = 20;
/** Numbers up to this survive as the value of a sample. */
const NUMBERS = 2 ** 22;

/** A packet is the number of its frame, which the first sample carries. */
const numberingCodec: Codec = {
  name: 'opus',
  createEncoder: () => ({
    encode(samples) {
      const packet = new Uint8Array(4);
      new DataView(packet.buffer).setUint32(0, Math.round((samples[0] ?? 0) * NUMBERS));
      return packet;
    },
    adjust: () => undefined,
    close: () => undefined,
  }),
  createDecoder: (): FrameDecoder => {
    throw new Error('nothing is played here');
  },
};

const numberOf = (packet: Uint8Array): number =>
  new DataView(packet.buffer, packet.byteOffset).getUint32(0);

const netOf = (slot: Slot): string => `Net ${slot}`;

/** What one listener on one net has opened. */
interface Listener {
  readonly client: Client;
  readonly numbers: number[];
  readonly ticks: number[];
  starts: number;
}

async function listenOn(server: FakeServer, slot: Slot, clock: FakeClockOf): Promise<Listener> {
  const { client } = await connectedClient(server, `Listener ${slot}`, { clock });
  await client.channels.join(netOf(slot));
  const listener: Listener = { client, numbers: [], ticks: [], starts: 0 };
  client.onFrame(({ packet, time, start, route }) => {
    if (route.channel !== server.channel(netOf(slot)).id) throw new Error('of another net');
    if (packet.length === 0) return;
    if (start) listener.starts++;
    listener.numbers.push(numberOf(packet));
    listener.ticks.push(time);
  });
  return listener;
}

type FakeClockOf = ReturnType<typeof createFakeClock>;

/** Presses by a keyboard and now and then by a pedal, too, of which either lets go first. */
class Fingers {
  readonly #keys: TalkKeyboard;
  readonly #random: SeededRandom;
  readonly #both = new Set<Slot>();

  constructor(keys: TalkKeyboard, random: SeededRandom) {
    this.#keys = keys;
    this.#random = random;
  }

  change({ slot, down }: KeyChange): void {
    for (const held of this.#both) {
      if (held === slot || this.#random.chance(0.5)) continue;
      this.#keys.release(held, 'keyboard');
      this.#both.delete(held);
    }
    if (down) this.#keys.press(slot, 'keyboard');
    if (down && this.#random.chance(0.3)) {
      this.#keys.press(slot, 'pedal');
      this.#both.add(slot);
    }
    if (down) return;
    this.#both.delete(slot);
    for (const input of ['keyboard', 'pedal']) this.#keys.release(slot, input);
  }
}

describe('Ten thousand random key changes of a client', () => {
  it('bring the listeners of each net, opened, what was captured for it and no other frame', async () => {
    const seed = Math.floor(Math.random() * 0xffff_ffff);
    const changes = randomKeyChanges(createSeededRandom(seed), CHANGES);
    const server = new FakeServer(SLOTS.map(netOf));
    const clock = createFakeClock();
    const listeners = new Map<Slot, Listener>();
    for (const slot of SLOTS) listeners.set(slot, await listenOn(server, slot, clock));
    const { client } = await connectedClient(server, 'Ann', { clock, codec: numberingCodec });
    const keys = client.talk.keyboard();
    for (const slot of SLOTS) {
      const membership = await client.channels.join(netOf(slot));
      keys.bind(slot, await membership.talk());
    }
    const fingers = new Fingers(keys, createSeededRandom(seed).fork('fingers'));
    const source = client.talk.source();
    const frames: Stretch[] = [];
    const firstMs = clock.now();
    let told = 0;
    for (let endMs = FRAME_MS; told < CHANGES || endMs % 1_000 !== 0; endMs += FRAME_MS) {
      for (let next = changes[told]; next && next.atMs < endMs; next = changes[++told]) {
        clock.advance(firstMs + next.atMs - clock.now());
        fingers.change(next);
      }
      clock.advance(firstMs + endMs - clock.now());
      const samples = new Float32Array(FRAME_MS * 48).fill(0.1);
      samples[0] = frames.length / NUMBERS;
      frames.push({ startMs: endMs - FRAME_MS, endMs });
      source.write(samples);
      if (endMs % 5_000 === 0)
        for (const peer of server.peers) peer.notify('tick', { seq: peer.seq });
      // Messages are on their way while time goes on.
      if (frames.length % 4 === 0) await clock.settle();
    }
    await clock.advanceAsync(1_000);
    const heard = new Map(SLOTS.map((slot) => [slot, listeners.get(slot)?.numbers ?? []]));
    const check = checkKeyChanges(changes, frames, heard);
    expect(check.faults, `seed ${seed}`).to.deep.equal([]);
    expect(check.heard, `seed ${seed}`).to.be.above(check.required);
    expect([check.required > 5_000, check.preRoll > 500, check.tail > 1_000]).to.deep.equal([
      true,
      true,
      true,
    ]);
    expect([server.strayFrames, server.peers.length], 'nobody was cut').to.deep.equal([0, 9]);
    const copies = server.frames.map(({ routeId, sender: { seq, time, end } }) =>
      end ? null : `${routeId} ${seq} ${time}`,
    );
    const sound = copies.filter((copy) => copy !== null);
    expect(new Set(sound).size, 'each frame once to each net').to.equal(sound.length);
    for (const { numbers, ticks, starts } of listeners.values()) {
      const base = (ticks[0] ?? 0) - (numbers[0] ?? 0) * 960;
      const isTrue = numbers.every((number, i) => (ticks[i] ?? 0) - number * 960 === base);
      expect(isTrue, `times as captured, seed ${seed}`).to.equal(true);
      expect(numbers, 'in order').to.deep.equal([...numbers].sort((a, b) => a - b));
      expect(starts).to.be.above(100);
    }
    for (const { client: listener } of listeners.values()) await listener.close();
    await client.close();
  }).timeout(60_000);
});
