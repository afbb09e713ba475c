import { expect } from 'chai';
import { createFakeClock, type FakeClock } from '@sidetone/testkit';
import { ResumeTokens } from '../../src/session/resume-tokens.js';

const TIMEOUT_MS = 60_000;
const MINE = 'instance of the client';
const OTHER = 'another instance';

describe('ResumeTokens', () => {
  let clock: FakeClock;
  let tokens: ResumeTokens;

  beforeEach(() => {
    clock = createFakeClock();
    tokens = new ResumeTokens(clock, TIMEOUT_MS);
  });

  const statusOf = (token: string, instance = MINE): string =>
    tokens.redeem(token, instance).status;
  const live = { status: 'live', sessionId: 'a', incomer: 'same' };

  it('are 256 random bits each, and lead to the session', () => {
    const first = tokens.issue('a', MINE);
    const second = tokens.issue('b', MINE);
    expect(Buffer.from(first, 'base64url')).to.have.lengthOf(32);
    expect(first).not.to.equal(second);
    expect(tokens.redeem(first, MINE)).to.deep.equal(live);
    expect(tokens.redeem(second, MINE)).to.deep.include({ sessionId: 'b' });
  });

  it('know nobody by a token that was never given', () => {
    tokens.issue('a', MINE);
    expect(statusOf('A'.repeat(43))).to.equal('unknown');
  });

  it('tell another instance from the client of the session', () => {
    const token = tokens.issue('a', MINE);
    expect(tokens.redeem(token, OTHER)).to.deep.equal({ ...live, incomer: 'another' });
  });

  it('are both good until the client has shown that it got the new one', () => {
    const first = tokens.issue('a', MINE);
    const second = tokens.issue('a', MINE);
    expect(statusOf(first)).to.equal('live');
    expect(statusOf(first), 'again: answers may be lost twice').to.equal('live');
    tokens.confirm('a');
    expect(statusOf(second)).to.equal('live');
    expect(tokens.redeem(first, MINE)).to.deep.equal({ status: 'reused', sessionId: 'a' });
  });

  it('are confirmed by being used', () => {
    const first = tokens.issue('a', MINE);
    const second = tokens.issue('a', MINE);
    expect(statusOf(second)).to.equal('live');
    expect(statusOf(first)).to.equal('reused');
  });

  it('of an answer that was lost are spent when the next answer goes out', () => {
    const first = tokens.issue('a', MINE);
    const lost = tokens.issue('a', MINE);
    const third = tokens.issue('a', MINE);
    expect(statusOf(first)).to.equal('live');
    expect(statusOf(lost)).to.equal('reused');
    expect(statusOf(third)).to.equal('live');
  });

  it('stay as they are when there is nothing to confirm', () => {
    const first = tokens.issue('a', MINE);
    tokens.confirm('a');
    tokens.confirm('a');
    tokens.confirm('nobody');
    expect(statusOf(first)).to.equal('live');
  });

  it('end with the session', () => {
    const first = tokens.issue('a', MINE);
    const second = tokens.issue('a', MINE);
    tokens.confirm('a');
    tokens.end('a', undefined, 'it was not resumed in time');
    expect([statusOf(first), statusOf(second)]).to.deep.equal(['unknown', 'unknown']);
    expect(tokens.size).to.equal(0);
  });

  it('of a session that ended for good say so for as long as they would have been good', () => {
    const first = tokens.issue('a', MINE);
    const second = tokens.issue('a', MINE);
    tokens.end('a', 'KICKED', 'enough');
    const kicked = { status: 'ended', reason: 'KICKED', detail: 'enough' };
    expect(tokens.redeem(first, MINE)).to.deep.equal(kicked);
    expect(tokens.redeem(second, OTHER)).to.deep.equal(kicked);
    clock.advance(TIMEOUT_MS - 1);
    expect(tokens.redeem(second, MINE)).to.deep.equal(kicked);
    clock.advance(1);
    expect(statusOf(second)).to.equal('unknown');
    expect(tokens.size).to.equal(0);
  });

  it('of a session that may come back some other way are forgotten at once', () => {
    const token = tokens.issue('a', MINE);
    tokens.end('a', 'SHUTTING_DOWN', 'the server stops');
    expect(statusOf(token)).to.equal('unknown');
  });

  it('of a session that ended because one came again tell its own client so', () => {
    const token = tokens.issue('a', MINE);
    tokens.end('a', 'TOKEN_REUSED', 'two have known it');
    expect(tokens.redeem(token, MINE)).to.deep.equal({ status: 'reused', sessionId: null });
  });

  describe('that another instance has used', () => {
    let token: string;

    beforeEach(() => {
      token = tokens.issue('a', MINE);
      tokens.handOver('a', 'b', OTHER);
    });

    it('work again for it when the answer was lost, with no number of the old session', () => {
      const again = { status: 'live', sessionId: 'b', incomer: 'sameUnanswered' };
      expect(tokens.redeem(token, OTHER)).to.deep.equal(again);
      const next = tokens.issue('b', OTHER);
      expect(tokens.redeem(next, OTHER)).to.deep.equal({ ...again, incomer: 'same' });
    });

    it('tell the client that was displaced so, before and after they are spent', () => {
      const displaced = { status: 'ended', reason: 'DISPLACED' };
      expect(tokens.redeem(token, MINE)).to.deep.include(displaced);
      tokens.issue('b', OTHER);
      tokens.confirm('b');
      expect(tokens.redeem(token, MINE)).to.deep.include(displaced);
    });

    it('betray a third who comes when they are spent', () => {
      tokens.issue('b', OTHER);
      tokens.confirm('b');
      expect(tokens.redeem(token, 'a third')).to.deep.equal({ status: 'reused', sessionId: 'b' });
    });

    it('go when the new session goes, not when the old one does', () => {
      tokens.end('a', 'DISPLACED', 'replaced');
      expect(statusOf(token, OTHER)).to.equal('live');
      tokens.end('b', undefined, 'over');
      expect(statusOf(token, OTHER)).to.equal('unknown');
      expect(tokens.size).to.equal(0);
    });
  });

  it('that are spent are remembered 1,024 a session, the oldest going first', () => {
    const spent = Array.from({ length: 1025 }, () => {
      const token = tokens.issue('a', MINE);
      tokens.confirm('a');
      return token;
    });
    const last = tokens.issue('a', MINE);
    tokens.confirm('a');
    expect(statusOf(spent[0] ?? '')).to.equal('unknown');
    expect(statusOf(spent[1] ?? '')).to.equal('reused');
    expect(statusOf(last)).to.equal('live');
    expect(tokens.size).to.equal(1025);
  });

  it('of ended sessions are remembered 4,096 in all, the oldest going first', () => {
    const ended = Array.from({ length: 4097 }, (_, index) => {
      const token = tokens.issue(`${index}`, MINE);
      tokens.end(`${index}`, 'KICKED', 'enough');
      return token;
    });
    expect(statusOf(ended[0] ?? '')).to.equal('unknown');
    expect(statusOf(ended[1] ?? '')).to.equal('ended');
    expect(tokens.size).to.equal(4096);
  });
});
