import { WireError, type WireErrorCode } from '@sidetone/protocol';
import { createFakeClock, type FakeClock } from '@sidetone/testkit';
import { expect } from 'chai';
import type { AdmissionKind } from '../../src/control/admission-queue.js';
import { SignInLimit } from '../../src/control/sign-in-limit.js';
import { MemoryMetrics } from '../../src/defaults/memory-metrics.js';

describe('The limit of sign-ins', () => {
  let clock: FakeClock;
  let metrics: MemoryMetrics;
  let limit: SignInLimit;
  let asked: number;

  beforeEach(() => {
    clock = createFakeClock();
    metrics = new MemoryMetrics();
    limit = new SignInLimit({ clock, metrics, rate: { burst: 3, perSecond: 2 } });
    asked = 0;
  });

  /** The code of the refusal; `outcome` is what the work behind the limit comes to. */
  async function codeOf(
    kind: AdmissionKind,
    address: string,
    outcome: WireErrorCode | 'ok' = 'ok',
  ): Promise<string> {
    const work = (): Promise<string> => {
      asked += 1;
      if (outcome === 'ok') return Promise.resolve(outcome);
      return Promise.reject(new WireError(outcome, 'no'));
    };
    return limit.pass(kind, address, work).catch((error: unknown) => (error as WireError).code);
  }

  const codesOf = async (
    count: number,
    ...attempt: Parameters<typeof codeOf>
  ): Promise<string[]> => {
    const codes: string[] = [];
    for (let index = 0; index < count; index += 1) codes.push(await codeOf(...attempt));
    return codes;
  };

  it('counts logins, right ones and wrong ones, before anybody is asked', async () => {
    expect(await codeOf('login', '192.0.2.7')).to.equal('ok');
    const wrong = await codesOf(3, 'login', '192.0.2.7', 'AUTHENTICATION_FAILED');
    expect(wrong).to.deep.equal(['AUTHENTICATION_FAILED', 'AUTHENTICATION_FAILED', 'RATE_LIMITED']);
    expect(asked).to.equal(3);
    expect(metrics.snapshot()).to.deep.equal({ 'control.throttled.login': 1 });
    clock.advance(500);
    expect(await codesOf(2, 'login', '192.0.2.7')).to.deep.equal(['ok', 'RATE_LIMITED']);
  });

  it('counts each address for itself, and an IPv6 network as one', async () => {
    await codesOf(3, 'login', '192.0.2.7');
    expect(await codeOf('login', '192.0.2.8')).to.equal('ok');
    await codesOf(3, 'login', '2001:db8::1');
    expect(await codeOf('login', '2001:db8::2')).to.equal('RATE_LIMITED');
    expect(await codeOf('login', '2001:db8:0:1::2')).to.equal('ok');
  });

  it('tells each when to come again, not all the same moment', async () => {
    await codesOf(3, 'login', '192.0.2.7');
    const waits = new Set<number>();
    for (let index = 0; index < 40; index += 1) {
      await limit
        .pass('login', '192.0.2.7', () => Promise.resolve())
        .catch((error: unknown) => {
          waits.add((error as WireError).retryAfterMs ?? 0);
        });
    }
    expect(Math.min(...waits)).to.be.at.least(500);
    expect(Math.max(...waits)).to.be.below(4500);
    expect(waits.size).to.be.above(20);
  });

  it('counts resumes only where the token was no good', async () => {
    expect(new Set(await codesOf(50, 'resume', '192.0.2.7'))).to.deep.equal(new Set(['ok']));
    await codesOf(20, 'resume', '192.0.2.7', 'SERVER_FULL');
    expect(await codesOf(2, 'resume', '192.0.2.7', 'SESSION_UNKNOWN')).not.to.include(
      'RATE_LIMITED',
    );
    expect(await codeOf('resume', '192.0.2.7', 'TOKEN_REUSED')).to.equal('TOKEN_REUSED');
    asked = 0;
    expect(await codeOf('resume', '192.0.2.7')).to.equal('RATE_LIMITED');
    expect(asked).to.equal(0);
    clock.advance(500);
    expect(await codesOf(9, 'resume', '192.0.2.7')).to.deep.equal(new Array(9).fill('ok'));
  });

  it('leaves those their logins whose sessions a restart has ended', async () => {
    await codesOf(3, 'resume', '192.0.2.7', 'SESSION_UNKNOWN');
    expect(await codesOf(3, 'login', '192.0.2.7')).to.deep.equal(['ok', 'ok', 'ok']);
  });

  it('does not count loopback, where a proxy may bring everybody from', async () => {
    expect(new Set(await codesOf(50, 'login', '::1'))).to.deep.equal(new Set(['ok']));
    const guesses = await codesOf(50, 'resume', '127.0.0.1', 'SESSION_UNKNOWN');
    expect(new Set(guesses)).to.deep.equal(new Set(['SESSION_UNKNOWN']));
  });
});
