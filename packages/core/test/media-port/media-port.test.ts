import { createRecordingLogger } from '@sidetone/testkit';
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { MethodParams, MethodResult, PriorityClass } from '@sidetone/protocol';
import { InProcessTransport } from '../../src/media-port/in-process-transport.js';
import {
  openMediaPort,
  type MediaPort,
  type MediaPortOptions,
  type MediaPortSession,
} from '../../src/media-port/media-port.js';
import type { OpenedFrame, SealedFrame } from '../../src/media-port/received-frame.js';
import type { SessionOutlet } from '../../src/session/session-outlet.js';
import { ORGANIZATION, VoiceWorld } from '../double/voice-world.js';

type Commands = 'channel.join' | 'channel.leave' | 'talk.register' | 'talk.unregister';

/** A world whose in-process sessions are opened as the domain opens them. */
class PortWorld extends VoiceWorld {
  readonly outlets = new Map<string, SessionOutlet>();
  readonly transport: InProcessTransport;
  #handle = 60_000;

  constructor() {
    const transport = new InProcessTransport(createRecordingLogger());
    super({ voiceTransports: [transport] });
    this.transport = transport;
  }

  port(options: MediaPortOptions): MediaPort {
    const { clock, transport, plane: ingress } = this;
    const openSession = (outlet: SessionOutlet): MediaPortSession => this.#open(outlet);
    return openMediaPort({ clock, transport, ingress, openSession }, options);
  }

  /** Opens a port that collects what it hears. */
  listener(): { port: MediaPort; heard: OpenedFrame[] } {
    const heard: OpenedFrame[] = [];
    const port = this.port({ frames: 'opened', onFrame: (frame) => heard.push(frame) });
    return { port, heard };
  }

  #open(outlet: SessionOutlet): MediaPortSession {
    const id = randomUUID();
    this.outlets.set(id, outlet);
    this.roster.sessions.set(id, {
      id,
      handle: (this.#handle += 1),
      userId: id,
      organizationId: ORGANIZATION,
      status: 'active',
      muted: false,
      deafened: false,
      outlet,
    });
    this.plane.openSession(id);
    return {
      sessionId: id,
      command: async (method, params) => (await this.#command(id, method, params)) as never,
      close: () => {
        for (const channel of this.roster.channelsOf(id)) this.#leave(id, channel);
        this.plane.closeSession(id);
        this.roster.sessions.delete(id);
      },
    };
  }

  #leave(id: string, channel: string): void {
    this.roster.channels.get(channel)?.delete(id);
    this.plane.left(id, channel);
  }

  async #command<M extends Commands>(
    id: string,
    method: M,
    params: MethodParams<M>,
  ): Promise<Partial<MethodResult<Commands>>> {
    const { channel = '', target } = params as { channel?: string; target?: unknown };
    switch (method) {
      case 'channel.join':
        this.roster.join(id, channel);
        this.plane.joined(id, channel);
        return { keys: [...(await this.plane.keys(id, { channelId: channel }))] };
      case 'channel.leave':
        this.#leave(id, channel);
        return {};
      case 'talk.register': {
        const { source = 'microphone', priority = 1 } = params as MethodParams<'talk.register'>;
        return this.plane.register(id, {
          sourceName: source,
          target: target as MethodParams<'talk.register'>['target'],
          priority: priority as PriorityClass,
        });
      }
      default:
        this.plane.unregister(id, target as string);
        return {};
    }
  }
}

const opus = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);

describe('MediaPort', () => {
  it('brings the Opus packets of one participant to another, sealed on the way', async () => {
    const world = new PortWorld();
    const [net] = (await world.channels('net')) as [string];
    const talker = world.listener().port;
    const { port, heard } = world.listener();
    await talker.join(net);
    await port.join(net);
    const target = await talker.register({ channels: [net] }, { source: 'music' });
    target.send(opus(1, 2, 3), { level: 30 });
    target.send(opus(4));
    target.send(opus(5), { end: true });
    expect(heard.map((frame) => [...frame.opus])).to.deep.equal([[1, 2, 3], [4], [5]]);
    const [first, second, third] = heard;
    expect(first).to.deep.include({ talker: talker.sessionId, level: 30, start: true, end: false });
    expect(first?.route).to.include({ kind: 'channel', channel: net });
    expect(first?.source).to.include({ session: talker.sessionId, kind: 'music' });
    expect([second?.start, second?.end, third?.end]).to.deep.equal([false, false, true]);
    expect(((second?.seq ?? 0) - (first?.seq ?? 0)) & 0xffff).to.equal(1);
    expect(((second?.time ?? 0) - (first?.time ?? 0)) >>> 0).to.equal(960);
  });

  it('hears each frame once, though it is in all channels of the target', async () => {
    const world = new PortWorld();
    const nets = (await world.channels('one', 'two')) as [string, string];
    const talker = world.listener().port;
    const { port, heard } = world.listener();
    for (const net of nets) {
      await talker.join(net);
      await port.join(net);
    }
    const first = await talker.register({ channels: nets });
    first.send(opus(1));
    first.send(opus(2));
    expect(heard.map((frame) => frame.opus[0])).to.deep.equal([1, 2]);
  });

  it('says the end of a talkspurt twice more, 20 ms apart, unless it talks again', async () => {
    const world = new PortWorld();
    const [net] = (await world.channels('net')) as [string];
    const talker = world.listener().port;
    await talker.join(net);
    await world.listener().port.join(net);
    const target = await talker.register({ channels: [net] });
    const forwarded = (): number | undefined => world.metrics.snapshot()['voice.forwarded'];
    target.send(opus(1), { end: true });
    await world.clock.advanceAsync(1_000);
    expect(forwarded()).to.equal(3);
    target.send(opus(2), { end: true });
    await world.clock.advanceAsync(25);
    target.send(opus(3));
    await world.clock.advanceAsync(1_000);
    expect(forwarded()).to.equal(6);
    expect(world.dropped('replayed')).to.equal(0);
  });

  it('goes on through rotations without losing a frame', async () => {
    const world = new PortWorld();
    const [net] = (await world.channels('net')) as [string];
    const talker = world.listener().port;
    const { port, heard } = world.listener();
    await talker.join(net);
    await port.join(net);
    const target = await talker.register({ channels: [net] });
    for (let i = 0; i < 200; i++) {
      const passer = world.listener().port;
      await passer.join(net);
      target.send(opus(i));
      passer.close();
      await world.clock.advanceAsync(20);
    }
    expect(heard.map((frame) => frame.opus[0])).to.deep.equal(
      Array.from({ length: 200 }, (_, i) => i),
    );
    const rotations = world.facts.filter(({ name }) => name === 'keyRotated');
    expect(rotations.length).to.be.at.least(12);
  });

  it('is given nothing before it joins and nothing after it left', async () => {
    const world = new PortWorld();
    const [net] = (await world.channels('net')) as [string];
    const talker = world.listener().port;
    const { port, heard } = world.listener();
    await talker.join(net);
    const target = await talker.register({ channels: [net] });
    target.send(opus(1));
    await port.join(net);
    target.send(opus(2));
    await port.leave(net);
    target.send(opus(3));
    expect(heard.map((frame) => frame.opus[0])).to.deep.equal([2]);
  });

  it('hears what was sent between its join and the arrival of its keys', async () => {
    const world = new PortWorld();
    const [net] = (await world.channels('net')) as [string];
    const talker = world.listener().port;
    const { port, heard } = world.listener();
    await talker.join(net);
    const target = await talker.register({ channels: [net] });
    const joining = port.join(net);
    target.send(opus(1));
    expect(heard).to.deep.equal([]);
    await joining;
    expect(heard.map((frame) => frame.opus[0])).to.deep.equal([1]);
  });

  it('receives whispers, and sends them without being able to open those of others', async () => {
    const world = new PortWorld();
    const [talker, friend] = [world.listener(), world.listener()];
    const target = await talker.port.register({ users: [friend.port.sessionId] });
    target.send(opus(7));
    expect(friend.heard.map((frame) => [frame.route.kind, frame.opus[0]])).to.deep.equal([
      ['whisper', 7],
    ]);
    expect(talker.heard).to.deep.equal([]);
  });

  it('takes frames sealed as the talker sent them, when it asks for that', async () => {
    const world = new PortWorld();
    const [net] = (await world.channels('net')) as [string];
    const talker = world.listener().port;
    const sealed: SealedFrame[] = [];
    const gateway = world.port({ frames: 'sealed', onFrame: (frame) => sealed.push(frame) });
    await talker.join(net);
    await gateway.join(net);
    const target = await talker.register({ channels: [net] });
    target.send(opus(1, 2, 3));
    expect(sealed).to.have.length(1);
    expect(sealed[0]?.senderPart).to.have.length(8);
    expect(sealed[0]?.sealed.length).to.equal(2 + 2 + 3 + 16 - 1);
    expect(sealed[0]).to.not.have.property('opus');
  });

  it('does not let one that fails on a frame take it from the others', async () => {
    const world = new PortWorld();
    const [net] = (await world.channels('net')) as [string];
    const talker = world.listener().port;
    const broken = world.port({
      frames: 'opened',
      onFrame: () => {
        throw new Error('the recorder has no disk');
      },
    });
    const { port, heard } = world.listener();
    for (const each of [talker, broken, port]) await each.join(net);
    (await talker.register({ channels: [net] })).send(opus(1));
    expect(heard).to.have.length(1);
  });

  it('does not let one that fails on a signal or at its end take them from the others', async () => {
    const world = new PortWorld();
    const [net] = (await world.channels('net')) as [string];
    const failing = world.port({
      frames: 'opened',
      onFrame: () => undefined,
      onSignal: () => {
        throw new Error('no display');
      },
      onClose: () => {
        throw new Error('no display');
      },
    });
    const { port: talker } = world.listener();
    const signals: string[] = [];
    const other = world.port({
      frames: 'opened',
      onFrame: () => undefined,
      onSignal: (name) => signals.push(name),
    });
    for (const port of [failing, talker, other]) await port.join(net);
    const target = await talker.register({ channels: [net] });
    target.send(Uint8Array.of(0x78));
    expect(signals).to.include('transmissionStarted');
    world.outlets.get(failing.sessionId)?.close('KICKED', 'enough');
    for (const port of [talker, other]) port.close();
  });

  it('leaves no trace and no timer after its end, and refuses to go on', async () => {
    const world = new PortWorld();
    const [net] = (await world.channels('net')) as [string];
    const talker = world.listener().port;
    await talker.join(net);
    const target = await talker.register({ channels: [net] });
    target.send(opus(1), { end: true });
    talker.close();
    talker.close();
    target.send(opus(2));
    await world.clock.advanceAsync(1_000);
    expect(world.roster.sessions.size).to.equal(0);
    expect(world.metrics.snapshot()['voice.received']).to.equal(1);
    const code = await talker.join(net).then(
      () => '',
      (error: unknown) => (error as { code: string }).code,
    );
    expect(code).to.equal('ERR_MEDIA_PORT_CLOSED');
  });

  it('tells its program why somebody else ended it', async () => {
    const world = new PortWorld();
    const ends: string[] = [];
    const port = world.port({
      frames: 'opened',
      onFrame: () => undefined,
      onClose: (reason, detail) => ends.push(`${reason}: ${detail}`),
    });
    world.outlets.get(port.sessionId)?.close('KICKED', 'enough');
    world.outlets.get(port.sessionId)?.close('KICKED', 'enough');
    expect(ends).to.deep.equal(['KICKED: enough']);
  });
});
