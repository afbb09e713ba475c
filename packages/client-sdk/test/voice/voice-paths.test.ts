import { expect } from 'chai';
import type { VoiceOffer } from '@sidetone/protocol';
import { createFakeClock } from '@sidetone/testkit';
import type { UdpPathParts } from '../../src/client/platform.js';
import type { VoiceTransportName } from '../../src/voice/voice-path.js';
import { VoicePaths } from '../../src/voice/voice-paths.js';

const OFFERS: VoiceOffer[] = [
  { transport: 'websocket' },
  {
    transport: 'udp',
    host: null,
    port: 1,
    connectionId: 2,
    uplinkKey: 'A'.repeat(43),
    downlinkKey: 'A'.repeat(43),
  },
];

function voicePaths(transports: VoiceTransportName[], hasUdp = true) {
  const told: string[] = [];
  const sent: string[] = [];
  let udp: UdpPathParts | null = null;
  const paths = new VoicePaths({
    clock: createFakeClock(),
    serverHost: () => 'host',
    transports: new Set(transports),
    openUdpPath: hasUdp
      ? (parts) => {
          udp = parts;
          const send = (): void => void sent.push('udp');
          return { transport: 'udp', rttMs: 5, send, close: () => void told.push('udp closed') };
        }
      : null,
    sendBinary: ([octet]) => void (octet === 0x08 && sent.push('websocket')),
    requestDownlink: (downlink) => void told.push(`asks for ${downlink}`),
    listener: {
      media: ([n]) => void told.push(`media ${n}`),
      uplinkChanged: (path) => void told.push(`up ${path}`),
      downlinkChanged: (path) => void told.push(`down ${path}`),
      failed: (path, message) => void told.push(`${path} failed: ${message}`),
      count: (reason) => void told.push(reason),
    },
  });
  const speak = (): void => paths.send(new Uint8Array(40), 1, 20);
  return { paths, told, sent, speak, udp: () => udp as unknown as UdpPathParts };
}

describe('The voice paths', () => {
  it('use the WebSocket at once and UDP as soon as it is ready', () => {
    const { paths, told, sent, speak, udp } = voicePaths(['udp', 'websocket']);
    speak();
    paths.open(OFFERS);
    speak();
    udp().listener.ready();
    speak();
    expect(sent).to.deep.equal(['websocket', 'websocket', 'udp']);
    expect(paths.up).to.equal('udp');
    expect(paths.down).to.equal('websocket');
    paths.downlinkIs('udp');
    paths.downlinkIs('udp');
    expect(paths.down).to.equal('udp');
    expect(told).to.deep.equal(['up udp', 'down udp']);
    paths.close();
    expect(told.at(-1)).to.equal('udp closed');
  });

  it('stay on the WebSocket when UDP never works', () => {
    const { paths, told, sent, speak, udp } = voicePaths(['udp', 'websocket']);
    paths.open(OFFERS);
    udp().listener.failed('no answer');
    speak();
    expect(sent).to.deep.equal(['websocket']);
    expect(told).to.deep.equal(['udp failed: no answer']);
  });

  it('go back to the WebSocket when UDP breaks, and ask the server to do the same', () => {
    const { paths, told, sent, speak, udp } = voicePaths(['udp', 'websocket']);
    paths.open(OFFERS);
    udp().listener.ready();
    paths.downlinkIs('udp');
    udp().listener.failed('ECONNREFUSED');
    speak();
    expect(sent).to.deep.equal(['websocket']);
    expect(told).to.deep.equal([
      'up udp',
      'down udp',
      'udp failed: ECONNREFUSED',
      'asks for websocket',
      'up websocket',
    ]);
  });

  it('send nothing before UDP works where UDP alone is allowed', () => {
    const { paths, told, sent, speak, udp } = voicePaths(['udp']);
    paths.open(OFFERS);
    speak();
    expect(paths.up).to.equal(null);
    udp().listener.ready();
    speak();
    udp().listener.failed('gone');
    speak();
    expect(sent).to.deep.equal(['udp']);
    expect(told).to.deep.equal(['noPath', 'up udp', 'udp failed: gone', 'noPath']);
  });

  it('never try UDP where it is not allowed, not offered or not there', () => {
    const forbidden = voicePaths(['websocket']);
    forbidden.paths.open(OFFERS);
    const missing = voicePaths(['udp', 'websocket'], false);
    missing.paths.open(OFFERS);
    const notOffered = voicePaths(['udp']);
    notOffered.paths.open([{ transport: 'websocket' }]);
    expect([forbidden.udp(), missing.udp(), notOffered.udp()]).to.deep.equal([null, null, null]);
    expect(notOffered.told).to.deep.equal(['udp failed: the server does not offer it']);
  });
});
