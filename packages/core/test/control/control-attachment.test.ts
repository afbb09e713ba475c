import { createFakeClock } from '@sidetone/testkit';
import { expect } from 'chai';
import type { ControlPeer } from '../../src/index.js';
import { ControlAttachment } from '../../src/control/control-attachment.js';

/** A client that reads what is queued when the test says so. */
class Reader implements ControlPeer {
  readonly remoteAddress = '127.0.0.1';
  readonly transport = 'test';
  readonly sent: string[] = [];
  queuedBytes = 0;
  mostQueuedBytes = 0;
  closedWith: string | null = null;

  send(message: string): void {
    this.sent.push(message);
    this.queuedBytes += message.length;
    this.mostQueuedBytes = Math.max(this.mostQueuedBytes, this.queuedBytes);
  }

  close(reason: string): void {
    this.closedWith = reason;
  }

  authenticated(): void {}
  setInVoice(): void {}
}

const KIB = 1024;
const numbered = (name: string, count: number, bytes: number): string[] =>
  Array.from({ length: count }, (_, index) => `${name} ${index}`.padEnd(bytes));

describe('What waits behind a snapshot', () => {
  it('goes out as fast as the client reads, in its order, however much it is', () => {
    const peer = new Reader();
    const attachment = new ControlAttachment({
      peer,
      clock: createFakeClock(),
      retryAfterMs: () => 0,
    });
    attachment.attach('session', 0, () => undefined);
    const parts = numbered('part', 10, 32 * KIB);
    const events = numbered('event', 240, KIB);
    attachment.welcome('answer', parts);
    events.forEach((event, index) => attachment.state(event, index + 1));
    let late = 0;
    while (peer.queuedBytes > 0) {
      peer.queuedBytes = 0;
      // More happens while the client reads; not so fast that it falls behind.
      if (late < 5) attachment.say(`late ${late++}`);
      attachment.pump();
    }
    expect(peer.sent).to.deep.equal(['answer', ...parts, ...events, ...numbered('late', 5, 0)]);
    expect(peer.mostQueuedBytes).to.be.at.most(64 * KIB + 32 * KIB);
    expect(peer.closedWith).to.equal(null);
    attachment.say('now');
    expect(peer.sent.at(-1)).to.equal('now');
  });
});
