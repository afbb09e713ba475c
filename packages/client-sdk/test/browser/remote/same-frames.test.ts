import { createFakeClock } from '@sidetone/testkit';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Slot } from '../../../src/gate/key-press.js';
import type { EncoderFactory } from '../../../src/talk/source-encoder.js';
import type { TalkMode } from '../../../src/gate/talk-gate.js';
import { connectedClient } from '../../support/connected-client.js';
import { FakeServer } from '../../support/fake-server.js';
import { passthroughCodec } from '../../support/passthrough-codec.js';
import { CountedPorts } from './counted-ports.js';

type Step =
  | { readonly do: 'capture'; readonly frames: number; readonly loud: boolean }
  | { readonly do: 'press' | 'release'; readonly slot: Slot }
  | { readonly do: 'releaseAll' | 'stop' }
  | { readonly do: 'mode'; readonly mode: TalkMode }
  | { readonly do: 'mute'; readonly muted: boolean }
  | { readonly do: 'start' | 'end' }
  | { readonly do: 'wait'; readonly ms: number };

const slot = fc.constantFrom<Slot>(1, 2);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('capture'),
      frames: fc.integer({ min: 1, max: 12 }),
      loud: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('press'), slot }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('release'), slot }) },
  fc.record({ do: fc.constantFrom('releaseAll', 'stop') }),
  fc.record({
    do: fc.constant('mode'),
    mode: fc.constantFrom<TalkMode>('pushToTalk', 'voiceActivated', 'open'),
  }),
  fc.record({ do: fc.constant('mute'), muted: fc.boolean() }),
  fc.record({ do: fc.constantFrom('start', 'end') }),
  fc.record({ do: fc.constant('wait'), ms: fc.integer({ min: 1, max: 300 }) }),
);

interface Sent {
  readonly net: string;
  readonly seq: number;
  readonly time: number;
  readonly flags: string;
  readonly bytes: number;
}

/** Does the steps with a client of its own, and gives what its server was sent. */
async function sentBy(
  steps: readonly Step[],
  ports: CountedPorts | null,
  codec: EncoderFactory | null = null,
): Promise<Sent[]> {
  const server = new FakeServer(['Lobby', 'Command']);
  if (ports) server.mediaEnds = () => ports.ends;
  server.mediaCodec = codec;
  const clock = createFakeClock();
  const settle = async (): Promise<void> => {
    await ports?.settled();
    await clock.settle();
    await ports?.settled();
  };
  const { client } = await connectedClient(server, 'Ann', { clock });
  const lobby = await (await client.channels.join('Lobby')).talk();
  const command = await (await client.channels.join('Command')).talk();
  const keys = client.talk.keyboard({ base: lobby });
  keys.bind(1, command);
  keys.bind(2, lobby, { style: 'latch' });
  await settle();
  const source = client.talk.source();
  for (const each of steps) {
    switch (each.do) {
      case 'capture':
        for (let i = 0; i < each.frames; i++) {
          await clock.advanceAsync(20);
          await settle();
          source.write(new Float32Array(960).fill(each.loud ? 0.25 : 0.0001));
          await settle();
        }
        break;
      case 'press':
      case 'release':
        keys[each.do](each.slot);
        break;
      case 'releaseAll':
      case 'stop':
        keys[each.do]();
        break;
      case 'mode':
        keys.setBase(lobby, each.mode);
        break;
      case 'mute':
        await client.setMuted(each.muted);
        break;
      case 'start':
        command.start();
        break;
      case 'end':
        command.stop();
        break;
      case 'wait':
        await clock.advanceAsync(each.ms);
        break;
    }
    await settle();
  }
  const sent = relative(server);
  await client.close();
  ports?.close();
  return sent;
}

/** Numbers and times begin at random: told from the first frame on. */
function relative(server: FakeServer): Sent[] {
  const names = new Map(
    ['Lobby', 'Command'].map((name) => [server.routeOf(name).view.id, name] as const),
  );
  const first = server.frames[0]?.sender ?? { seq: 0, time: 0 };
  return server.frames.map(({ routeId, sender, bytes }) => ({
    net: names.get(routeId) ?? 'none',
    seq: (sender.seq - first.seq + 2 ** 16) % 2 ** 16,
    time: (sender.time - first.time + 2 ** 32) % 2 ** 32,
    flags: `${sender.start ? 'S' : ''}${sender.end ? 'E' : ''}`,
    bytes,
  }));
}

/** Each packet takes another number of turns. */
function slowCodec(): EncoderFactory {
  const codec = passthroughCodec();
  let frames = 0;
  return {
    createEncoder: (settings) => {
      const encoder = codec.createEncoder(settings);
      return {
        adjust: (adjustment) => encoder.adjust(adjustment),
        close: () => encoder.close(),
        encode: async (samples) => {
          const packet = encoder.encode(samples);
          for (let turns = (7 * ++frames) % 5; turns > 0; turns--) await Promise.resolve();
          return packet;
        },
      };
    },
  };
}

describe('What is said by keys and captured frames', function () {
  this.timeout(60_000);

  it('is sent frame for frame the same, whether the media plane is here or behind messages', async () => {
    let frames = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 20 }), async (steps) => {
        const here = await sentBy(steps, null);
        const there = await sentBy(steps, new CountedPorts());
        frames += here.length;
        expect(there).to.deep.equal(here);
        const late = await sentBy(steps, new CountedPorts(), slowCodec());
        expect(late, 'with an encoder that takes its time').to.deep.equal(here);
      }),
      { numRuns: 40 },
    );
    expect(frames, 'in all runs together').to.be.above(200);
  });
});
