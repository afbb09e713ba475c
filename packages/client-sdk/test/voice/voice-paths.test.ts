import { expect } from 'chai';
import type { Downlink, VoiceOffer } from '@sidetone/protocol';
import { createFakeClock } from '@sidetone/testkit';
import type { UdpPathParts } from '../../src/client/platform.js';
import type { DatagramPathListener } from '../../src/voice/datagram-path.js';
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

interface Request {
  readonly downlink: Downlink;
  readonly settle: (error?: Error) => Promise<void>;
}

function voicePaths(transports: VoiceTransportName[] = ['udp', 'websocket'], hasUdp = true) {
  const clock = createFakeClock();
  const told: string[] = [];
  const sent: string[] = [];
  const requests: Request[] = [];
  const pings: number[] = [];
  let udp: UdpPathParts | null = null;
  const paths = new VoicePaths({
    clock,
    serverHost: () => 'host',
    transports: new Set(transports),
    openUdpPath: hasUdp
      ? (parts) => {
          udp = parts;
          return {
            renew: () => void told.push('renewed'),
            ask: () => {},
            ping: (id) => pings.push(id) * 0,
            send: ([n]) => void sent.push(`udp ${n}`),
            close: () => void told.push('udp closed'),
          };
        }
      : null,
    sendBinary: ([octet, n]) => void (octet === 0x08 && sent.push(`websocket ${n}`)),
    requestDownlink: (downlink) =>
      new Promise((resolve, reject) => {
        const settle = async (error?: Error): Promise<void> => {
          if (error) reject(error);
          else resolve();
          await clock.settle();
        };
        requests.push({ downlink, settle });
      }),
    rejected: (message) => void told.push(message),
    listener: {
      media: ([n]) => void told.push(`media ${n}`),
      uplinkChanged: (path) => void told.push(`up ${path}`),
      downlinkChanged: (path) => void told.push(`down ${path}`),
      failed: (path, message) => void told.push(`${path} failed: ${message}`),
      count: (reason) => void told.push(reason),
      measured: () => {},
      qualityChanged: ({ level, reasons }) => void told.push(`${level} ${reasons.join()}`),
    },
  });
  const speak = (n: number): void => paths.send(new Uint8Array(40).fill(n), 1, 20);
  const server = (): DatagramPathListener => {
    if (!udp) throw new Error('UDP was not opened');
    return udp.listener;
  };
  const pong = (): void => {
    const id = pings.at(-1) ?? -1;
    server().pong({ id, mediaSent: 0, mediaReceived: 0, mediaReceivedHere: 0 });
  };
  /** UDP in use and proven, downlink included. */
  const inUse = (): void => {
    paths.open(OFFERS);
    server().opened();
    server().challenged();
    pong();
    paths.downlinkIs('udp');
    told.length = 0;
  };
  const asked = (): Downlink[] => requests.map(({ downlink }) => downlink);
  return {
    paths,
    clock,
    told,
    sent,
    speak,
    server,
    pong,
    inUse,
    requests,
    asked,
    isOpen: () => udp !== null,
  };
}

describe('The voice paths', () => {
  it('use the WebSocket at once and UDP from the challenge on', () => {
    const { paths, told, sent, speak, server, asked } = voicePaths();
    speak(1);
    paths.open(OFFERS);
    server().opened();
    speak(2);
    server().challenged();
    speak(3);
    expect(sent).to.deep.equal(['websocket 1', 'websocket 2', 'udp 3']);
    expect([paths.up, paths.down]).to.deep.equal(['udp', 'websocket']);
    paths.downlinkIs('udp');
    paths.downlinkIs('udp');
    expect(told).to.deep.equal(['renewed', 'up udp', 'down udp']);
    expect(asked(), 'the server moves by itself').to.deep.equal([]);
    paths.close();
    expect(told.at(-1)).to.equal('udp closed');
  });

  it('stay on the WebSocket when UDP never works', () => {
    const { paths, told, sent, speak, server } = voicePaths();
    paths.open(OFFERS);
    server().failed('no way');
    speak(1);
    expect(sent).to.deep.equal(['websocket 1']);
    expect(told).to.deep.equal(['renewed', 'udp failed: no way']);
  });

  it('leave UDP in the turn in which the system refuses, with what went out in the last 100 ms', async () => {
    const { paths, clock, told, sent, speak, server, inUse, requests, asked } = voicePaths();
    inUse();
    for (const n of [1, 2, 3, 4]) {
      speak(n);
      clock.advance(40);
    }
    server().failed('ECONNREFUSED');
    speak(5);
    expect(sent.slice(4)).to.deep.equal(['websocket 3', 'websocket 4', 'websocket 5']);
    expect(told).to.deep.equal(['udp failed: ECONNREFUSED', 'up websocket']);
    expect(asked()).to.deep.equal(['websocket']);
    await requests[0]?.settle();
    expect(told.at(-1)).to.equal('down websocket');
    paths.close();
    expect(clock.pending).to.equal(0);
  });

  it('send the same bytes on both while UDP is in doubt, and ask the server to do so', () => {
    const { clock, told, sent, speak, inUse, asked } = voicePaths();
    inUse();
    for (let n = 0; n < 130; n++) {
      speak(n);
      clock.advance(20);
    }
    const both = told.indexOf('up both');
    expect(both).to.be.at.least(0);
    const [firstTwice] = sent.filter((each) => each.startsWith('websocket'));
    const n = firstTwice?.split(' ')[1];
    expect(sent.filter((each) => each.endsWith(` ${n}`))).to.deep.equal([
      `websocket ${n}`,
      `udp ${n}`,
    ]);
    expect(asked()[0]).to.equal('both');
  });

  it('ask one thing at a time, and what is wanted by then', async () => {
    const { clock, speak, inUse, requests, asked, told } = voicePaths();
    inUse();
    const talk = (frames: number): void => {
      for (let n = 0; n < frames; n++) {
        speak(n);
        clock.advance(20);
      }
    };
    talk(250);
    expect(told).to.include('up websocket');
    expect(asked()).to.deep.equal(['both']);
    await requests[0]?.settle();
    expect(asked()).to.deep.equal(['both', 'websocket']);
  });

  it('ask again, after a growing pause, what was refused', async () => {
    const { paths, clock, server, inUse, requests, asked, told } = voicePaths();
    inUse();
    server().failed('EPERM');
    await requests[0]?.settle(new Error('RATE_LIMITED'));
    expect(told.at(-1)).to.match(/voice.setPath.*RATE_LIMITED/);
    clock.advance(999);
    expect(asked()).to.have.length(1);
    clock.advance(1);
    await requests[1]?.settle(new Error('RATE_LIMITED'));
    clock.advance(1_999);
    expect(asked()).to.have.length(2);
    clock.advance(1);
    await requests[2]?.settle();
    expect(asked()).to.deep.equal(['websocket', 'websocket', 'websocket']);
    expect(paths.down).to.equal('websocket');
  });

  it('go on over UDP without a control connection, and ask for the downlink when it is back', async () => {
    const { paths, sent, speak, inUse, requests, asked, told } = voicePaths();
    inUse();
    paths.controlLost();
    speak(1);
    paths.controlRestored();
    speak(2);
    expect(sent).to.deep.equal(['udp 1', 'udp 2']);
    expect(asked()).to.deep.equal(['udp']);
    await requests[0]?.settle();
    expect(told).to.deep.equal([]);
  });

  it('have no path without a control connection while UDP is not there', () => {
    const { paths, sent, speak, told } = voicePaths(['websocket']);
    paths.open(OFFERS);
    paths.controlLost();
    speak(1);
    expect(paths.up).to.equal(null);
    paths.controlRestored();
    speak(2);
    expect(sent).to.deep.equal(['websocket 2']);
    expect(told).to.deep.equal(['up null', 'noPath', 'up websocket']);
  });

  it('do not let an answer from before the cut count for after it', async () => {
    const { paths, server, inUse, requests, asked, told } = voicePaths();
    inUse();
    server().failed('EPERM');
    paths.controlLost();
    paths.controlRestored();
    expect(asked()).to.deep.equal(['websocket', 'websocket']);
    told.length = 0;
    await requests[0]?.settle();
    expect(told).to.deep.equal([]);
    await requests[1]?.settle();
    expect(paths.down).to.equal('websocket');
  });

  it('renew the socket at once on a new network', () => {
    const { paths, told, inUse, asked } = voicePaths();
    inUse();
    paths.networkChanged();
    expect(told).to.deep.equal(['renewed', 'up both']);
    expect(asked()).to.deep.equal(['both']);
  });

  it('send nothing before UDP works where UDP alone is allowed', () => {
    const { paths, told, sent, speak, server } = voicePaths(['udp']);
    speak(1);
    paths.open(OFFERS);
    expect(paths.up).to.equal(null);
    server().opened();
    server().challenged();
    speak(2);
    expect(sent).to.deep.equal(['udp 2']);
    expect(told).to.deep.equal(['noPath', 'renewed', 'up udp']);
  });

  it('never try UDP where it is not allowed, not offered or not there', () => {
    const forbidden = voicePaths(['websocket']);
    forbidden.paths.open(OFFERS);
    const missing = voicePaths(['udp', 'websocket'], false);
    missing.paths.open(OFFERS);
    const notOffered = voicePaths(['udp']);
    notOffered.paths.open([{ transport: 'websocket' }]);
    expect([forbidden, missing, notOffered].map(({ isOpen }) => isOpen())).to.deep.equal([
      false,
      false,
      false,
    ]);
    expect(notOffered.told).to.deep.equal(['udp failed: the server does not offer it']);
  });

  it('tell of the quality once a second: fair without a control connection, good again 3 s after', () => {
    const { paths, clock, told, inUse, pong } = voicePaths();
    inUse();
    const second = (): void => {
      clock.advance(500);
      pong();
      clock.advance(500);
    };
    second();
    expect(paths.quality).to.deep.include({ level: 'good', reasons: [] });
    paths.controlLost();
    second();
    expect(paths.quality).to.deep.include({ level: 'fair', reasons: ['server'] });
    paths.controlRestored();
    for (let i = 0; i < 2; i++) second();
    expect(paths.quality.level).to.equal('fair');
    second();
    expect(told).to.deep.equal(['fair server', 'good ']);
  });
});
