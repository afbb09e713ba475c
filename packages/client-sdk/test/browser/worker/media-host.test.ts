import { createNodeCipher, type SourceView } from '@sidetone/protocol';
import { createFakeClock } from '@sidetone/testkit';
import { expect } from 'chai';
import type { FromMedia } from '../../../src/browser/remote/media-messages.js';
import type { ReturnedSamples } from '../../../src/browser/ports.js';
import { MediaHost } from '../../../src/browser/worker/media-host.js';
import type { ControlSocketListener } from '../../../src/control/control-socket.js';
import type { EncoderFactory } from '../../../src/talk/source-encoder.js';
import { passthroughCodec } from '../../support/passthrough-codec.js';
import { decoderModule } from '../worklet/decoder-module.js';
import { linkedPorts, type LinkedPort } from '../linked-ports.js';

function bench(codec: EncoderFactory = passthroughCodec()) {
  const clock = createFakeClock();
  const told: FromMedia[] = [];
  const sockets: { listener: ControlSocketListener; sent: string[]; url: string }[] = [];
  const host = new MediaHost({
    post: (message) => void told.push(structuredClone(message)),
    clock,
    codec,
    decoder: decoderModule(),
    createCipher: createNodeCipher,
    openSocket: (url, _subprotocol, listener) => {
      const sent: string[] = [];
      sockets.push({ listener, sent, url });
      return {
        remoteAddress: () => null,
        sendText: (text) => void sent.push(text),
        sendBinary: (bytes) => void sent.push(`${bytes.length} bytes`),
        close: (code) => listener.closed({ code, reason: '' }),
        terminate: () => listener.closed({ code: 1006, reason: '', cause: new Error('cut') }),
      };
    },
  });
  host.receive({
    type: 'configure',
    settings: { serverHost: 'voice.test', latency: 'normal', sources: {} },
  });
  return { clock, told, sockets, host };
}

const port = (linked: LinkedPort): MessagePort => linked as unknown as MessagePort;

describe('The host of a media plane', () => {
  it('passes text on both ways and keeps what is binary', () => {
    const { host, told, sockets } = bench();
    host.receive({ type: 'openSocket', socket: 1, url: 'wss://voice.test/', subprotocol: 'v1' });
    sockets[0]?.listener.opened();
    sockets[0]?.listener.text('{}');
    sockets[0]?.listener.binary(Uint8Array.of(1, 2, 3));
    host.receive({ type: 'sendText', socket: 1, text: 'hello' });
    host.receive({ type: 'terminateSocket', socket: 1 });
    host.receive({ type: 'sendText', socket: 1, text: 'too late' });
    expect(sockets[0]?.sent).to.deep.equal(['hello']);
    expect(told).to.deep.equal([
      { type: 'socketAlive', socket: 1 },
      { type: 'socketOpened', socket: 1 },
      { type: 'socketText', socket: 1, text: '{}' },
      { type: 'socketClosed', socket: 1, code: 1006, reason: '', cause: { message: 'cut' } },
    ]);
  });

  it('keeps frames that come before the main thread has read the answer to the sign-in', () => {
    const { host, sockets, told } = bench();
    host.receive({ type: 'openSocket', socket: 1, url: 'wss://voice.test/', subprotocol: 'v1' });
    // No packet of voice: it is refused by whoever reads it.
    sockets[0]?.listener.binary(Uint8Array.of(0xff, 0, 0));
    host.receive({ type: 'openSession', session: 2 });
    host.receive({ type: 'session', session: 2, call: { method: 'downlinkIs', args: ['udp'] } });
    host.receive({ type: 'carry', socket: 1, session: 2 });
    host.receive({
      type: 'session',
      session: 2,
      call: { method: 'downlinkIs', args: ['websocket'] },
    });
    const droppedBefore = told.flatMap((each) =>
      each.type === 'status' ? [each.status.dropped] : [],
    );
    expect(Object.keys(droppedBefore.at(-1) ?? {}).join()).to.match(/websocket:/);
    expect(Object.keys(droppedBefore[0] ?? {}).join()).to.not.match(/websocket:/);
    host.receive({ type: 'session', session: 2, call: { method: 'close', args: [] } });
  });

  it('lets a microphone feed its source, gives the memory back, and shows the level', () => {
    const { host, told, clock } = bench();
    const [ours, worklet] = linkedPorts();
    const returned: number[] = [];
    worklet.onmessage = ({ data }) => void returned.push((data as ReturnedSamples).samples.length);
    host.receive({ type: 'createSpeaker', speaker: 5, name: 'microphone' });
    host.receive({ type: 'microphone', source: 'microphone', port: port(ours) });
    const samples = new Float32Array(960).fill(0.1);
    worklet.postMessage({ type: 'captured', samples }, [samples.buffer]);
    expect(returned).to.deep.equal([960]);
    clock.advance(100);
    const levels = told.flatMap((each) => (each.type === 'level' ? [each] : []));
    expect(levels.map(({ speaker }) => speaker)).to.deep.equal([5]);
    expect(levels[0]?.level.rmsDbfs).to.be.closeTo(-20, 0.1);
    expect(clock.pending, 'nothing is told while nothing sounds').to.equal(0);
  });

  it('gives the memory of a microphone back, also of what cannot be said', () => {
    const createEncoder = (): never => {
      throw new Error('no encoder');
    };
    const { host } = bench({ createEncoder });
    const [ours, worklet] = linkedPorts();
    const returned: unknown[] = [];
    worklet.onmessage = ({ data }) => void returned.push(data);
    const source: SourceView = { id: 's', session: 'me', handle: 1, kind: 'microphone' };
    const route = { id: 'r', handle: 7, kind: 'channel', channel: 'net' } as const;
    host.receive({ type: 'createSpeaker', speaker: 5, name: 'microphone' });
    host.receive({ type: 'speaker', speaker: 5, call: { method: 'sourceIs', args: [source] } });
    host.receive({ type: 'lanes', target: 9, lanes: [{ handle: 3, route, priority: 1 }] });
    host.receive({ type: 'target', speaker: 5, target: 9, method: 'hold' });
    host.receive({ type: 'microphone', source: 'microphone', port: port(ours) });
    const samples = new Float32Array(960);
    expect(() => worklet.postMessage({ type: 'captured', samples })).to.throw('no encoder');
    expect(returned).to.have.lengthOf(1);
  });

  it('sends what a microphone captures to the targets that are held, as the mutes allow', () => {
    const { host, told } = bench();
    const source: SourceView = { id: 's', session: 'me', handle: 1, kind: 'microphone' };
    const route = { id: 'r', handle: 7, kind: 'channel', channel: 'net' } as const;
    host.receive({ type: 'createSpeaker', speaker: 5, name: 'microphone' });
    host.receive({ type: 'speaker', speaker: 5, call: { method: 'sourceIs', args: [source] } });
    host.receive({ type: 'lanes', target: 9, lanes: [{ handle: 3, route, priority: 1 }] });
    host.receive({ type: 'openSession', session: 2 });
    host.receive({ type: 'target', speaker: 5, target: 9, method: 'hold' });
    const say = (): number => {
      const samples = new Float32Array(960);
      host.receive({ type: 'write', speaker: 5, samples, details: {} });
      host.receive({ type: 'session', session: 2, call: { method: 'downlinkIs', args: ['udp'] } });
      const call = { method: 'downlinkIs', args: ['websocket'] } as const;
      host.receive({ type: 'session', session: 2, call: { ...call, args: ['websocket'] } });
      const statuses = told.flatMap((each) => (each.type === 'status' ? [each.status] : []));
      // There are no keys: a frame that would be sent is counted as dropped for want of one.
      return statuses.at(-1)?.dropped['keyMissing'] ?? 0;
    };
    expect(say()).to.equal(1);
    host.receive({ type: 'mutes', mutes: { everywhere: false, channels: ['net'] } });
    const ended = say();
    expect(say(), 'nothing of a muted net, once it is ended').to.equal(ended);
    host.receive({ type: 'mutes', mutes: { everywhere: false, channels: ['other'] } });
    expect(say()).to.equal(ended + 1);
    host.receive({ type: 'session', session: 2, call: { method: 'close', args: [] } });
  });

  it('gives whoever plays the decoder first, and the newest one alone the frames', () => {
    const { host } = bench();
    const [ours, worklet] = linkedPorts();
    const types: string[] = [];
    worklet.onmessage = ({ data }) => void types.push((data as { type: string }).type);
    host.receive({ type: 'playback', port: port(ours) });
    host.receive({ type: 'openSession', session: 2 });
    host.receive({ type: 'session', session: 2, call: { method: 'close', args: [] } });
    expect(types).to.deep.equal(['decoder', 'clear']);
    const [second, next] = linkedPorts();
    next.onmessage = ({ data }) => void types.push(`next ${(data as { type: string }).type}`);
    host.receive({ type: 'playback', port: port(second) });
    expect(types.slice(2)).to.deep.equal(['next decoder']);
  });

  it('answers for every task, also one that cannot be begun', async () => {
    const { host, told } = bench();
    host.receive({ type: 'drain', task: 1, speaker: 8 });
    host.receive({ type: 'createSpeaker', speaker: 5, name: 'microphone' });
    const source = { kind: 'pcm', live: true, channels: 1 } as const;
    host.receive({ type: 'talk', task: 2, speaker: 5, source, target: 77 });
    await Promise.resolve();
    expect(told).to.deep.equal([
      { type: 'settled', task: 1, error: { message: '"8" is no source that was told of' } },
      { type: 'settled', task: 2, error: { message: '"77" is no target that was told of' } },
    ]);
  });

  it('reports what it cannot do, and goes on', () => {
    const { host, told } = bench();
    host.receive({ type: 'target', speaker: 1, target: 1, method: 'hold' });
    expect(told).to.deep.equal([
      { type: 'report', event: 'media', cause: { message: '"1" is no source that was told of' } },
    ]);
  });
});
