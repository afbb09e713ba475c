import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { TalkTargetSpec } from '@sidetone/protocol';
import { ServerKeyService } from '../../src/key/server-key-service.js';
import { VoiceWorld, type VoiceMember } from '../double/voice-world.js';

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'none';
}

describe('talk.register', () => {
  it('gives a handle for each channel, one for all whispered users and one for the shout', async () => {
    const world = new VoiceWorld();
    const [one, two] = (await world.channels('one', 'two')) as [string, string];
    const talker = world.session([one, two]);
    const [a, b] = [world.session(), world.session()];
    const { registered } = await talker.talksTo({
      channels: [one, two],
      users: [a.userId, b.userId],
      subtree: one,
    });
    const kinds = registered.handles.map(({ route }) => [route.kind, route.channel]);
    expect(kinds).to.deep.equal([
      ['channel', one],
      ['channel', two],
      ['whisper', undefined],
      ['shout', undefined],
    ]);
    expect(registered.handles.map(({ handle }) => handle)).to.deep.equal([1, 2, 3, 4]);
    expect(new Set(registered.handles.map(({ route }) => route.handle)).size).to.equal(4);
  });

  it('makes a source at its first use and keeps it for the next targets', async () => {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const talker = world.session([net]);
    const first = await talker.talksTo({ channels: [net] });
    const second = await talker.talksTo({ channels: [net] });
    const music = await talker.talksTo({ channels: [net] }, { source: 'music' });
    expect(second.registered.source).to.deep.equal(first.registered.source);
    expect(first.registered.source).to.include({ session: talker.id, kind: 'microphone' });
    expect(music.registered.source.id).to.not.equal(first.registered.source.id);
    expect(second.senderIndex(0)).to.equal(first.senderIndex(0));
    expect(music.senderIndex(0)).to.not.equal(first.senderIndex(0));
  });

  it('announces a source to the other holders once, however many targets use it', async () => {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const [talker, listener] = [world.session([net]), world.session([net])];
    await talker.talksTo({ channels: [net] });
    await talker.talksTo({ channels: [net] });
    expect(listener.outlet.announced).to.have.length(1);
    expect(talker.outlet.announced).to.deep.equal([]);
  });

  it('does not tell whether a user who may not be seen is there', async () => {
    const world = new VoiceWorld();
    const [talker, hidden] = [world.session(), world.session()];
    for (const permission of ['VIEW', 'WHISPER'] as const) {
      world.roster.deny(talker.id, permission, { sessionId: hidden.id });
    }
    await talker.talksTo({ users: [hidden.userId] });
    expect(hidden.outlet.installed).to.deep.equal([]);
  });

  const refusals: readonly [string, string, (scene: Scene) => TalkTargetSpec][] = [
    ['an empty target', 'INVALID_PARAMS', () => ({ channels: [], users: [] })],
    ['a channel that is not there', 'NOT_FOUND', () => ({ channels: [randomUUID()] })],
    [
      'a channel that may not be seen',
      'NOT_FOUND',
      ({ world, talker, net }) => {
        world.roster.deny(talker.id, 'VIEW', { channelId: net });
        return { channels: [net] };
      },
    ],
    ['a channel that is not joined', 'NOT_JOINED', ({ other }) => ({ channels: [other] })],
    [
      'a channel without the right to speak',
      'ACCESS_DENIED',
      ({ world, talker, net }) => {
        world.roster.deny(talker.id, 'SPEAK', { channelId: net });
        return { channels: [net] };
      },
    ],
    [
      'a whisper to who may not be whispered to',
      'ACCESS_DENIED',
      ({ world, talker, friend }) => {
        world.roster.deny(talker.id, 'WHISPER', { sessionId: friend.id });
        return { users: [friend.userId] };
      },
    ],
    [
      'a shout without the right',
      'ACCESS_DENIED',
      ({ world, talker, net }) => {
        world.roster.deny(talker.id, 'SHOUT', { channelId: net });
        return { subtree: net };
      },
    ],
    ['a shout into a subtree that is not there', 'NOT_FOUND', () => ({ subtree: randomUUID() })],
  ];
  interface Scene {
    readonly world: VoiceWorld;
    readonly net: string;
    readonly other: string;
    readonly talker: VoiceMember;
    readonly friend: VoiceMember;
  }
  for (const [name, code, targetOf] of refusals) {
    it(`refuses ${name} as ${code}, and sends no key`, async () => {
      const world = new VoiceWorld();
      const [net, other] = (await world.channels('net', 'other')) as [string, string];
      const [talker, friend] = [world.session([net]), world.session()];
      const target = targetOf({ world, net, other, talker, friend });
      expect(await refusal(talker.talksTo(target))).to.equal(code);
      expect([...talker.outlet.installed, ...friend.outlet.installed]).to.deep.equal([]);
    });
  }

  it('keeps to the limits of targets, routes and sources', async () => {
    const world = new VoiceWorld();
    const nets = await world.channels(...Array.from({ length: 9 }, (_, i) => `net ${i}`));
    const talker = world.session(nets);
    expect(await refusal(talker.talksTo({ channels: nets }))).to.equal('LIMIT_EXCEEDED');
    for (const source of ['a', 'b', 'c', 'd'])
      await talker.talksTo({ channels: nets.slice(1) }, { source });
    const fifth = talker.talksTo({ channels: nets.slice(1) }, { source: 'e' });
    expect(await refusal(fifth)).to.equal('LIMIT_EXCEEDED');
    const many = Array.from({ length: 14 }, () =>
      refusal(talker.talksTo({ channels: nets.slice(1) }, { source: 'a' })),
    );
    const codes = await Promise.all(many);
    expect(codes.filter((code) => code === 'none')).to.have.length(12);
    expect(codes.filter((code) => code === 'LIMIT_EXCEEDED')).to.have.length(2);
  });

  it('frees the place of a target that was unregistered, but not its handle', async () => {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const talker = world.session([net]);
    const handles: unknown[] = [];
    for (let i = 0; i < 20; i++) {
      const target = await talker.talksTo({ channels: [net] });
      handles.push(target.registered.handles[0]?.handle);
      world.plane.unregister(talker.id, target.id);
    }
    expect(handles).to.deep.equal(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(() => world.plane.unregister(talker.id, randomUUID()))
      .to.throw()
      .with.property('code', 'NOT_FOUND');
  });

  it('names a user who is not there yet', async () => {
    const world = new VoiceWorld();
    const [talker, userId] = [world.session(), randomUUID()];
    const target = await talker.talksTo({ users: [userId] });
    const late = world.session([], userId);
    target.say();
    expect(late.heard).to.deep.equal([101]);
  });

  const meanwhile: readonly [string, string, (scene: Scene) => void][] = [
    ['leaves the channel', 'NOT_JOINED', ({ talker, net }) => talker.leave(net)],
    ['ends', 'NOT_FOUND', ({ talker }) => talker.close()],
    [
      'loses the right to speak',
      'ACCESS_DENIED',
      ({ world, talker, net }) => world.roster.deny(talker.id, 'SPEAK', { channelId: net }),
    ],
  ];
  for (const [name, code, happen] of meanwhile) {
    it(`comes to nothing when the session ${name} while the key service thinks`, async () => {
      const world = new VoiceWorld();
      const [net] = (await world.channels('net')) as [string];
      const [talker, friend] = [world.session([net]), world.session([net])];
      const registering = refusal(talker.talksTo({ channels: [net], users: [friend.userId] }));
      happen({ world, net, other: net, talker, friend });
      expect(await registering).to.equal(code);
      expect([...friend.outlet.installed, ...friend.outlet.announced]).to.deep.equal([]);
      expect(await world.plane.keys(friend.id)).to.have.length(1);
    });
  }

  it('answers that it may be tried again when no sender index can be had, and leaves nothing behind', async () => {
    class NoSenders extends ServerKeyService {
      override allocateSender(): Promise<number> {
        return Promise.reject(new Error('no index'));
      }
    }
    const world = new VoiceWorld({ keyService: new NoSenders() });
    const [talker, friend] = [world.session(), world.session()];
    expect(await refusal(talker.talksTo({ users: [friend.userId] }))).to.equal('INTERNAL_ERROR');
    expect(await world.plane.keys(friend.id)).to.deep.equal([]);
    expect(world.log.lines[0]?.level).to.equal('warn');
  });

  it('does not take up the index of a sender that ended while the key service thought of another', async () => {
    let think: (() => void) | null = null;
    class SlowForWhispers extends ServerKeyService {
      override async allocateSender(routeId: string, sourceId: string): Promise<number> {
        if (routeId !== netRoute && netRoute !== '')
          await new Promise<void>((resolve) => (think = resolve));
        return super.allocateSender(routeId, sourceId);
      }
    }
    let netRoute = '';
    const world = new VoiceWorld({ keyService: new SlowForWhispers() });
    const [net] = (await world.channels('net')) as [string];
    const [talker, friend] = [world.session([net]), world.session([net])];
    const first = await talker.talksTo({ channels: [net] });
    const before = first.senderIndex(0);
    netRoute = first.registered.handles[0]?.route.id ?? '';
    const registering = refusal(talker.talksTo({ channels: [net], users: [friend.userId] }));
    await world.clock.settle();
    talker.leave(net);
    talker.join(net);
    (think as (() => void) | null)?.();
    expect(await registering).to.equal('NOT_JOINED');
    expect(await world.plane.keys(friend.id)).to.have.length(1);
    const again = await talker.talksTo({ channels: [net] });
    expect([before, again.senderIndex(0)]).to.deep.equal([0, 1]);
  });

  it('tells nobody of a source whose session has ended', async () => {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const [talker, listener] = [world.session([net]), world.session([net])];
    await talker.talksTo({ channels: [net] });
    expect((await listener.keys(net))[0]?.senders).to.have.length(1);
    talker.close();
    expect((await listener.keys(net))[0]?.senders).to.deep.equal([]);
  });
});
