import { expect } from 'chai';
import { networkOf } from '../src/network-of.js';
import { askForBuffers, WANTED_BUFFER_BYTES, type BufferedSocket } from '../src/socket-buffers.js';
import { SourceLimiter } from '../src/source-limiter.js';
import { TokenBucket } from '../src/token-bucket.js';

describe('networkOf', () => {
  const table: [string, string][] = [
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ];
  for (const [address, network] of table) {
    it(`takes ${address} for ${network}`, () => {
      expect(networkOf(address)).to.equal(network);
    });
  }
});

describe('the token bucket', () => {
  it('allows its burst at once and its rate afterwards', () => {
    const bucket = new TokenBucket(10, 3, 0);
    expect([0, 0, 0, 0].map((at) => bucket.take(at))).to.deep.equal([true, true, true, false]);
    expect(bucket.take(99)).to.equal(false);
    expect(bucket.take(201)).to.equal(true);
    expect(bucket.take(201)).to.equal(true);
    expect(bucket.take(201)).to.equal(false);
  });
});

describe('the source limiter', () => {
  it('gives each network a bucket of its own and remembers a bounded number', () => {
    const limiter = new SourceLimiter();
    for (let i = 0; i < 1_000; i++) limiter.allows('192.0.2.1', 0);
    expect(limiter.allows('192.0.2.1', 0)).to.equal(false);
    expect(limiter.allows('192.0.2.2', 0)).to.equal(true);
    for (let i = 0; i < 10_000; i++) limiter.allows(`10.0.${i >> 8}.${i & 255}`, 0);
    expect(limiter.size).to.equal(4_096);
  });

  it('keeps the bucket of who goes on sending', () => {
    const limiter = new SourceLimiter();
    for (let i = 0; i < 1_000; i++) limiter.allows('192.0.2.1', 0);
    for (let i = 0; i < 10_000; i++) {
      limiter.allows(`10.0.${i >> 8}.${i & 255}`, 0);
      expect(limiter.allows('192.0.2.1', 0)).to.equal(false);
    }
  });
});

describe('socket buffers', () => {
  const ask = (givenBytes: number, platform: NodeJS.Platform, refuses = false): string[] => {
    const warnings: string[] = [];
    const socket: BufferedSocket = {
      setRecvBufferSize: () => {
        if (refuses) throw new Error('ENOBUFS');
      },
      setSendBufferSize: () => {},
      getRecvBufferSize: () => givenBytes,
      getSendBufferSize: () => givenBytes,
    };
    askForBuffers(socket, { warn: (line: string) => warnings.push(line) } as never, platform);
    return warnings;
  };

  it('are accepted in silence when the system gave them', () => {
    expect(ask(2 * WANTED_BUFFER_BYTES, 'linux')).to.deep.equal([]);
    expect(ask(WANTED_BUFFER_BYTES, 'darwin')).to.deep.equal([]);
  });

  it('that are smaller are warned of once, with the line that helps', () => {
    const warnings = ask(425_984, 'linux');
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.contain('sysctl -w net.core.rmem_max=4194304 net.core.wmem_max=4194304');
  });

  it('that the system refuses are warned of as well', () => {
    expect(ask(65_536, 'darwin', true)).to.have.length(1);
  });
});
