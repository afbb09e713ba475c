import { expect } from 'chai';
import fc from 'fast-check';
import { createFakeClock } from '@sidetone/testkit';
import { WireError } from '@sidetone/protocol';
import type { DisconnectReason } from '../../src/client/client-state.js';
import { Outage } from '../../src/client/outage.js';
import { fullJitter, type ReconnectPolicy } from '../../src/client/reconnect-policy.js';

const lost: DisconnectReason = { kind: 'connectionLost', message: 'cut' };
const failed: DisconnectReason = {
  kind: 'closedByServer',
  reason: 'INTERNAL_ERROR',
  code: 4010,
  comeBack: 'retry',
  message: '',
};

describe('Full jitter', () => {
  it('draws from the whole of 0, 0.25, 0.5, 1, 2, 4, 8 and then 15 s, for ever', () => {
    const limits = Array.from({ length: 12 }, (_, i) =>
      fullJitter(() => 1)({ attempt: i + 1, elapsedMs: 3_600_000, reason: lost }),
    );
    expect(limits).to.deep.equal([
      0, 250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000, 15_000, 15_000,
    ]);
    const half = fullJitter(() => 0.5)({ attempt: 8, elapsedMs: 3_600_000, reason: lost });
    expect(half).to.equal(7_500);
    expect(fullJitter(() => 0)({ attempt: 8, elapsedMs: 3_600_000, reason: lost })).to.equal(0);
  });

  it('never lets the pause get ahead of the outage, so that two seconds of it are over in five', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 60 }),
        (draws) => {
          let [attempt, elapsedMs] = [1, 0];
          const policy = fullJitter(() => draws[attempt % draws.length] ?? 0);
          // Each attempt takes a while to fail, or a run of zeros would never end.
          while (elapsedMs < 2_000) {
            elapsedMs += 5 + (policy({ attempt, elapsedMs, reason: lost }) ?? 0);
            attempt += 1;
          }
          expect(elapsedMs).to.be.below(2_000 + 3_005);
        },
      ),
    );
  });
});

describe('An outage', () => {
  const outage = (policy: ReconnectPolicy, failures: unknown[] = []) => {
    const clock = createFakeClock();
    const policyFailed = (cause: unknown): void => void failures.push(cause);
    return {
      clock,
      outage: new Outage({ clock, policy, policyFailed, keepRunning: () => () => {} }),
    };
  };
  const spying = (): { seen: [number, number][]; policy: ReconnectPolicy } => {
    const seen: [number, number][] = [];
    const policy: ReconnectPolicy = ({ attempt, elapsedMs }) => {
      seen.push([attempt, elapsedMs]);
      return 0;
    };
    return { seen, policy };
  };

  it('counts attempts and time from the cut on, and anew once the connection has proved itself', () => {
    const { seen, policy } = spying();
    const { clock, outage: subject } = outage(policy);
    subject.over();
    clock.advance(60_000);
    subject.next(lost);
    clock.advance(400);
    subject.next(lost);
    subject.over();
    clock.advance(1_000);
    subject.next(lost);
    expect(seen).to.deep.equal([
      [1, 0],
      [2, 400],
      [1, 0],
    ]);
  });

  it('goes on where the server fails again within 10 s, and counts on after a cut within 1 s', () => {
    const { seen, policy } = spying();
    const { clock, outage: subject } = outage(policy);
    subject.over();
    clock.advance(60_000);
    subject.next(failed);
    subject.over();
    clock.advance(9_999);
    subject.next(failed);
    expect(subject.continues).to.equal(true);
    subject.over();
    clock.advance(10_000);
    subject.next(failed);
    subject.over();
    clock.advance(999);
    subject.next(lost);
    expect(seen).to.deep.equal([
      [1, 0],
      [2, 9_999],
      [1, 0],
      [2, 0],
    ]);
  });

  it('begins to count anew with another network', () => {
    const { seen, policy } = spying();
    const { outage: subject } = outage(policy);
    subject.over();
    for (let i = 0; i < 5; i++) subject.next(lost);
    subject.networkChanged();
    subject.next(lost);
    expect(seen.map(([attempt]) => attempt)).to.deep.equal([1, 2, 3, 4, 5, 2]);
  });

  it('takes the default in place of a policy that throws or answers nonsense, and tells', () => {
    const failures: unknown[] = [];
    const broken = new Error('broken');
    const answers = [NaN, -1, Infinity, '7'];
    const { outage: subject } = outage(() => {
      if (answers.length === 0) throw broken;
      return answers.shift() as number;
    }, failures);
    subject.over();
    for (let i = 0; i < 5; i++) expect(subject.next(lost)).to.be.within(0, 250);
    expect(failures).to.have.length(5);
    expect(failures.at(-1)).to.equal(broken);
  });

  it('is over for good where the server says never, or refuses the sign-in', () => {
    const refused = (code: 'ACCESS_DENIED' | 'SERVER_FULL'): DisconnectReason => {
      return { kind: 'signInFailed', error: new WireError(code, '', { retryAfterMs: 90 }) };
    };
    const subject = (): Outage => outage(() => 0).outage;
    expect(subject().next({ ...failed, comeBack: 'never' })).to.equal(null);
    expect(subject().next(refused('ACCESS_DENIED'))).to.equal(null);
    expect(subject().next(refused('SERVER_FULL'))).to.equal(90);
    expect(subject().next({ ...failed, retryAfterMs: 40 })).to.equal(40);
  });

  it('waits no longer than timers can: they would run out at once', () => {
    const year = 365 * 86_400_000;
    expect(outage(() => 0).outage.next({ ...failed, retryAfterMs: year })).to.equal(2 ** 31 - 1);
    expect(outage(() => year).outage.next(failed)).to.equal(2 ** 31 - 1);
  });
});
