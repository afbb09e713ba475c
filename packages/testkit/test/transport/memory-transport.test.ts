import {
  Clock,
  ControlIngress,
  MemoryMetrics,
  Metrics,
  VoiceIngress,
  VoiceTransport,
} from '@sidetone/core';
import { buildMessage, buildPing, PacketType, parseMessage, parsePing } from '@sidetone/protocol';
import { expect } from 'chai';
import { createFakeClock } from '../../src/clock/fake-clock.js';
import { give, mountPlugin } from '../../src/plugin/mount-plugin.js';
import {
  RecordingControlIngress,
  type AcceptedConnection,
} from '../../src/plugin/recording-control-ingress.js';
import { RecordingVoiceIngress } from '../../src/plugin/recording-voice-ingress.js';
import type { MemoryLinkListener } from '../../src/transport/memory-link.js';
import { memoryTransport } from '../../src/transport/memory-transport.js';

const { settle } = createFakeClock();

async function setUp() {
  const control = new RecordingControlIngress('hello');
  const voice = new RecordingVoiceIngress();
  const metrics = new MemoryMetrics();
  const transport = memoryTransport({ maxMessageBytes: 64 });
  const mounted = await mountPlugin(transport, [
    give(ControlIngress, control),
    give(VoiceIngress, voice),
    give(Metrics, metrics),
  ]);
  const carrier = mounted.get(VoiceTransport);
  const connect = () => {
    const link = transport.connect({ remoteAddress: '192.0.2.7' });
    const accepted = control.accepted.at(-1);
    if (accepted === undefined) throw new Error('core was not told of the connection');
    return { link, accepted, peer: accepted.peer };
  };
  const connectVoice = (handle: number) => {
    const ends = connect();
    ends.peer.authenticated({ id: `session ${handle}`, handle });
    return ends;
  };
  return { transport, mounted, voice, metrics, carrier, connect, connectVoice };
}

const media = (...body: number[]): Uint8Array =>
  buildMessage(PacketType.media, Uint8Array.from(body));

describe('memory transport, control', () => {
  it('delivers in order, and never inside the call that sends', async () => {
    const { connect } = await setUp();
    const { link, accepted } = connect();
    link.sendText('one');
    link.sendText('two');
    accepted.peer.send('welcome');
    expect(accepted.messages).to.deep.equal([]);
    expect(link.received).to.deep.equal([]);
    await settle();
    expect(accepted.messages).to.deep.equal(['one', 'two']);
    expect(link.received).to.deep.equal([
      { kind: 'text', text: 'hello' },
      { kind: 'text', text: 'welcome' },
    ]);
    expect(accepted.peer).to.include({ remoteAddress: '192.0.2.7', transport: 'memory' });
  });

  it('tells a listener that it is open before anything else', async () => {
    const { transport } = await setUp();
    const heard: string[] = [];
    transport.openSocket('ws://example', 'sidetone.v1', {
      opened: () => heard.push('opened'),
      text: (text) => heard.push(text),
    });
    await settle();
    expect(heard).to.deep.equal(['opened', 'hello']);
  });

  it('tells the client the reason of a close behind what was queued', async () => {
    const { connect } = await setUp();
    const { link, accepted } = connect();
    accepted.peer.send('last words');
    accepted.peer.close('KICKED', 'out of order');
    accepted.peer.send('not any more');
    await settle();
    expect(link.received.at(-1)).to.deep.equal({ kind: 'text', text: 'last words' });
    expect(link.end).to.deep.equal({ code: 4003, reason: 'out of order' });
    expect(accepted.endings).to.deep.equal(['out of order']);
  });

  it('tells core once of the end that the client chose, behind what was queued', async () => {
    const { connect, transport } = await setUp();
    const { link, accepted } = connect();
    link.sendText('bye');
    link.close(1000, 'done');
    link.close();
    link.sendText('not any more');
    await settle();
    expect(accepted.messages).to.deep.equal(['bye']);
    expect(accepted.endings).to.deep.equal(['done']);
    expect(link.end).to.deep.equal({ code: 1000, reason: 'done' });
    expect(transport.links).to.deep.equal([]);
  });

  it('ends once when both ends close at the same time', async () => {
    const { connect } = await setUp();
    const { link, accepted } = connect();
    link.close();
    accepted.peer.close('SHUTTING_DOWN', 'the server stops');
    await settle();
    expect(accepted.endings).to.have.lengthOf(1);
    expect(link.status).to.equal('closed');
  });

  it('cuts both ends at once and loses what was queued', async () => {
    const { connect } = await setUp();
    const { link, accepted } = connect();
    link.sendText('lost');
    link.cut();
    await settle();
    expect(accepted.messages).to.deep.equal([]);
    expect(accepted.endings).to.deep.equal(['the connection was cut']);
    expect(link.end).to.deep.equal({ code: 1006, reason: '' });
  });

  it('swallows both directions of a frozen link and tells neither end', async () => {
    const { connect, transport } = await setUp();
    const { link, accepted } = connect();
    await settle();
    link.freeze();
    link.sendText('into the void');
    accepted.peer.send('into the void');
    link.close();
    await settle();
    expect(accepted).to.deep.include({ messages: [], endings: [] });
    expect(link).to.include({ status: 'closing', end: null });
    link.terminate();
    await settle();
    expect(link.status).to.equal('closed');
    expect(accepted.endings).to.deep.equal([]);
    expect(transport.links).to.deep.equal([link]);
    link.cut();
    await settle();
    expect(accepted.endings).to.have.lengthOf(1);
  });

  it('lets core close a frozen link without the client', async () => {
    const { connect } = await setUp();
    const { link, accepted } = connect();
    link.freeze();
    accepted.peer.close('PEER_SILENT', 'no answer');
    await settle();
    expect(accepted.endings).to.deep.equal(['no answer']);
    expect(link.status).to.equal('open');
  });

  it('piles up for a client that does not read, and says when it has read', async () => {
    const { connect } = await setUp();
    const { link, accepted } = connect();
    await settle();
    const { drains } = accepted;
    link.pauseReading();
    accepted.peer.send('é'.repeat(10));
    await settle();
    expect(accepted.peer.queuedBytes).to.equal(20);
    expect(accepted.drains).to.equal(drains);
    link.resumeReading();
    await settle();
    expect(accepted.peer.queuedBytes).to.equal(0);
    expect(accepted.drains).to.equal(drains + 1);
  });

  it('ends a link whose client sends more than the limit at once', async () => {
    const { connect } = await setUp();
    const { link, accepted } = connect();
    link.sendText('é'.repeat(33));
    await settle();
    expect(accepted.messages).to.deep.equal([]);
    expect(link.end?.code).to.equal(1009);
  });

  it('shows whether core wants the session watched more closely', async () => {
    const { connect } = await setUp();
    const { link, peer } = connect();
    expect(link.inVoice).to.equal(false);
    peer.setInVoice(true);
    expect(link.inVoice).to.equal(true);
  });

  it('leaves a frozen link alone unless it is told to ping', async () => {
    const { connect } = await setUp();
    const { link, accepted } = connect();
    link.freeze();
    await settle();
    expect(accepted.endings).to.deep.equal([]);
  });

  it('connects only while the server runs, and leaves no link behind', async () => {
    const { transport, mounted, connect } = await setUp();
    const { link, accepted } = connect();
    await mounted.close();
    await settle();
    expect(link.status).to.equal('closed');
    expect(accepted.endings).to.have.lengthOf(1);
    expect(() => transport.connect())
      .to.throw('start it, then connect')
      .with.property('code', 'ERR_TESTKIT_CLOSED');
    const socket = transport.openSocket('ws://example', 'sidetone.v1', {});
    await settle();
    expect(socket.end?.code).to.equal(1006);
  });
});

describe('memory transport that pings', () => {
  async function setUpPings() {
    const clock = createFakeClock();
    const control = new RecordingControlIngress();
    const transport = memoryTransport({ pingPeriodMs: 2_000 });
    const mounted = await mountPlugin(transport, [
      give(Clock, clock),
      give(ControlIngress, control),
      give(VoiceIngress, new RecordingVoiceIngress()),
    ]);
    const connect = (listener?: MemoryLinkListener) => {
      const link = transport.connect(listener === undefined ? {} : { listener });
      return { link, accepted: control.accepted.at(-1) as AcceptedConnection };
    };
    return { clock, mounted, connect };
  }

  it('ends a frozen link with PEER_SILENT after 8 s, and keeps one that answers', async () => {
    const { clock, connect, mounted } = await setUpPings();
    const [frozen, sound] = [connect(), connect()];
    await clock.advanceAsync(500);
    frozen.link.freeze();
    await clock.advanceAsync(7_499);
    expect(frozen.accepted.endings).to.deep.equal([]);
    await clock.advanceAsync(1);
    expect(frozen.accepted.endings).to.deep.equal(['no ping was answered']);
    expect(frozen.link.status, 'nobody tells the client').to.equal('open');
    await clock.advanceAsync(60_000);
    expect(sound.accepted.endings).to.deep.equal([]);
    await mounted.close();
    await clock.settle();
    expect(clock.pending).to.equal(0);
  });

  it('ends a link whose client has stopped to read', async () => {
    const { clock, connect } = await setUpPings();
    const { link, accepted } = connect();
    link.pauseReading();
    await clock.advanceAsync(8_000);
    expect(accepted.endings).to.have.lengthOf(1);
    expect(clock.pending).to.equal(0);
  });

  it('shows a listener its pings as signs of life', async () => {
    const { clock, connect } = await setUpPings();
    let signs = 0;
    connect({ alive: () => (signs += 1) });
    await clock.advanceAsync(10_000);
    expect(signs).to.equal(5);
  });

  it('leaves no timer behind, however the link ends', async () => {
    const { clock, connect } = await setUpPings();
    const links = [connect(), connect(), connect(), connect()];
    links[0]?.link.close();
    links[1]?.link.cut();
    links[2]?.link.terminate();
    links[3]?.accepted.peer.close('KICKED', '');
    await clock.settle();
    expect(clock.pending).to.equal(0);
  });

  it('refuses a period that is none', () => {
    for (const pingPeriodMs of [0, -1, Number.NaN, 2 ** 31]) {
      expect(() => memoryTransport({ pingPeriodMs }))
        .to.throw()
        .with.property('code', 'ERR_TESTKIT_OPTION');
    }
  });
});

describe('memory transport, voice', () => {
  it('carries bodies to core as the session that authenticated', async () => {
    const { connectVoice, voice } = await setUp();
    const { link } = connectVoice(7);
    const packet = media(1, 2, 3);
    link.sendBinary(packet);
    packet.fill(0);
    await settle();
    expect(voice.calls.map(({ kind, session }) => `${kind} ${session.id}`)).to.deep.equal([
      'ready session 7',
      'receive session 7',
    ]);
    expect([...(voice.calls[1]?.body ?? [])]).to.deep.equal([1, 2, 3]);
  });

  it('sends a packet to the sinks and to nobody else, to each a copy', async () => {
    const { connectVoice, carrier } = await setUp();
    const links = [1, 2, 3].map((handle) => connectVoice(handle).link);
    await settle();
    const packet = media(9);
    carrier.sendMany(packet, Uint32Array.of(1, 3, 99), 1);
    await settle();
    const binaries = links.map((link) =>
      link.received.flatMap((message) => (message.kind === 'binary' ? [message.bytes] : [])),
    );
    expect(binaries).to.deep.equal([[packet], [], [packet]]);
    expect(binaries[0]?.[0]).to.not.equal(binaries[2]?.[0]);
  });

  it('sends and receives nothing after the detach', async () => {
    const { connectVoice, carrier, voice } = await setUp();
    const { link } = connectVoice(5);
    carrier.detach({ id: 'session 5', handle: 5 });
    link.sendBinary(media(1));
    carrier.sendMany(media(1), Uint32Array.of(5), 1);
    await settle();
    expect(voice.calls.filter(({ kind }) => kind === 'receive')).to.deep.equal([]);
    expect(link.received.filter(({ kind }) => kind === 'binary')).to.deep.equal([]);
  });

  it('has the voice of a session that came back on its newest link', async () => {
    const { connectVoice, carrier, voice, metrics } = await setUp();
    const old = connectVoice(5);
    const back = connectVoice(5);
    old.link.sendBinary(media(1));
    back.link.sendBinary(media(2));
    carrier.sendMany(media(3), Uint32Array.of(5), 1);
    await settle();
    expect(voice.received.map(({ body }) => [...body])).to.deep.equal([[2]]);
    expect(metrics.snapshot()).to.deep.equal({ 'memory.dropped.notAuthenticated': 1 });
    old.accepted.peer.close('DISPLACED', 'it came back');
    await settle();
    carrier.sendMany(media(4), Uint32Array.of(5), 1);
    await settle();
    const heard = ({ link }: typeof old): number =>
      link.received.filter(({ kind }) => kind === 'binary').length;
    expect([heard(old), heard(back)]).to.deep.equal([0, 2]);
    expect(voice.paths).to.deep.equal(['ready session 5', 'ready session 5']);
    back.link.cut();
    await settle();
    expect(voice.paths.at(-1)).to.equal('lost session 5');
  });

  it('says that the path is lost before core hears that the link ended', async () => {
    const { connectVoice, voice } = await setUp();
    const { link, accepted } = connectVoice(5);
    const lostBefore: number[] = [];
    accepted.closed = () =>
      void lostBefore.push(voice.calls.filter(({ kind }) => kind === 'lost').length);
    link.cut();
    await settle();
    expect(lostBefore).to.deep.equal([1]);
  });

  it('answers pings with what it has carried', async () => {
    const { connectVoice, carrier } = await setUp();
    const { link } = connectVoice(5);
    link.sendBinary(media(1));
    link.sendBinary(media(2));
    carrier.sendMany(media(3), Uint32Array.of(5), 1);
    link.sendBinary(
      buildMessage(PacketType.ping, buildPing({ id: 77, mediaSent: 2, mediaReceived: 1 })),
    );
    await settle();
    const last = link.received.at(-1);
    const message = last?.kind === 'binary' ? parseMessage(last.bytes) : null;
    expect(message).to.include({ ok: true, type: PacketType.pong });
    expect(message?.ok === true && parsePing(message.body)).to.deep.equal({
      ok: true,
      ping: { id: 77, mediaSent: 1, mediaReceived: 2 },
    });
  });

  it('drops and counts what is no packet, or comes before the session', async () => {
    const { connect, connectVoice, metrics, voice } = await setUp();
    connect().link.sendBinary(media(1));
    const { link } = connectVoice(5);
    link.sendBinary(new Uint8Array());
    link.sendBinary(Uint8Array.of(0xff));
    link.sendBinary(buildMessage(PacketType.bundle, Uint8Array.of(1)));
    link.sendBinary(buildMessage(PacketType.ping, Uint8Array.of(1)));
    await settle();
    expect(voice.calls.filter(({ kind }) => kind === 'receive')).to.deep.equal([]);
    expect(metrics.snapshot()).to.deep.equal({
      'memory.dropped.notAuthenticated': 1,
      'memory.dropped.truncated': 1,
      'memory.dropped.unknownType': 1,
      'memory.dropped.serverOnlyType': 1,
      'memory.dropped.badLength': 1,
    });
  });
});
