import { AccessPolicy, type Plugin } from '@sidetone/core';
import { expect } from 'chai';
import type { Channel } from '../../src/channel/channel.js';
import type { Client } from '../../src/client/client.js';
import { LOOK_AHEAD_SAMPLES } from '../../src/mixing/limiter.js';
import type { TalkTarget } from '../../src/talk/talk-target.js';
import { RealServer } from '../support/real-server.js';

const LOUDNESS = 0.125;
const block = (): Float32Array => new Float32Array(960).fill(LOUDNESS);

const everybodyMayAll: Plugin = {
  name: 'policy',
  version: '1.0.0',
  provides: [AccessPolicy],
  setup(ctx) {
    ctx.provide(AccessPolicy, () => ({
      load: async () => ({ allows: () => true, explain: () => ({ allowed: true, because: [] }) }),
      onChange: () => () => {},
    }));
  },
};

describe('As what talk is heard', () => {
  let server: RealServer;
  let ann: Client;
  let bob: Client;
  let cid: Client;

  beforeEach(async () => {
    server = new RealServer({ initialChannels: ['Command', 'Flight', 'Ground'] }, [
      everybodyMayAll,
    ]);
    await server.start();
    [ann, bob, cid] = (
      await Promise.all(['Ann', 'Bob', 'Cid'].map((name) => server.connect(name)))
    ).map(({ client }) => client) as [Client, Client, Client];
  });

  afterEach(async () => {
    await Promise.all([ann.close(), bob.close(), cid.close()]);
    await server.stop();
  });

  async function joined(client: Client, ...names: string[]): Promise<Channel[]> {
    for (const name of names) await client.channels.join(name);
    return names.flatMap((name) => client.channels.all().find((each) => each.name === name) ?? []);
  }

  /** Both ears of Bob after a second in which all of them talk. */
  async function heard(talking: readonly (readonly [Client, TalkTarget])[]) {
    for (const [, target] of talking) target.start();
    let mix = bob.playback.pull(0);
    for (let i = 0; i < 50; i++) {
      for (const [client] of talking) client.talk.source().write(block());
      await server.clock.advanceAsync(20);
      mix = bob.playback.pull(960);
    }
    for (const [, target] of talking) target.stop();
    const at = 2 * LOOK_AHEAD_SAMPLES;
    return { left: (mix[at] ?? NaN) / LOUDNESS, right: (mix[at + 1] ?? NaN) / LOUDNESS };
  }

  it('is placed by the loudest net that both have and this client listens to', async () => {
    const channels = await joined(ann, 'Command', 'Flight', 'Ground');
    const [command, flight, ground] = await joined(bob, 'Command', 'Flight', 'Ground');
    if (!command || !flight || !ground) throw new Error('a net is missing');
    bob.playback.placeChannel(command, { gain: 0.5 });
    bob.playback.placeChannel(flight, { gain: 0.75 });
    bob.playback.placeChannel(ground, { gain: 2 });
    await ground.membership?.setDeafened(true);
    const target = await ann.talk.target({ channels });
    expect(await heard([[ann, target]])).to.deep.equal({ left: 0.75, right: 0.75 });
  });

  it('goes over a patch: the own net of who listens places it', async () => {
    const [flight] = await joined(ann, 'Flight');
    const [ground] = await joined(bob, 'Ground');
    if (!flight || !ground) throw new Error('a net is missing');
    await ann.patches.create([flight, ground], { durationMs: 60_000 });
    bob.playback.placeChannel(ground, { gain: 0.5 });
    bob.playback.placeChannel(flight, { gain: 3 });
    const target = await ann.talk.target({ channels: [flight] });
    expect(await heard([[ann, target]])).to.deep.equal({ left: 0.5, right: 0.5 });
  });

  it('ducks others by the class that the server has let it have', async () => {
    const [ofAnn, ofCid] = await Promise.all([joined(ann, 'Command'), joined(cid, 'Command')]);
    await joined(bob, 'Command');
    const routine = await ann.talk.target({ channels: ofAnn });
    const urgent = await cid.talk.target({ channels: ofCid }, { priority: 2 });
    const { left } = await heard([
      [ann, routine],
      [cid, urgent],
    ]);
    expect(left).to.be.closeTo(1 + 10 ** (-12 / 20), 1e-3);
    const statistics = [...bob.playback.statistics().values()];
    expect(statistics.map(({ priority, duckingDb }) => [priority, duckingDb])).to.have.deep.members(
      [
        [1, -12],
        [2, 0],
      ],
    );
    expect(statistics[0]?.concealedRatio).to.be.a('number');
  });
});
