import { expect } from 'chai';
import { askForBuffers, WANTED_BUFFER_BYTES, type BufferedSocket } from '../src/socket-buffers.js';
import { SourceLimiter } from '../src/source-limiter.js';

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
