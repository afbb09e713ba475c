import { expect } from 'chai';
import fc from 'fast-check';
import { MemoryMetrics } from '@sidetone/core';
import { createFakeClock, type FakeClock } from '@sidetone/testkit';
import { SignInThrottle, type Attempt, type Turn } from '../../src/throttle/sign-in-throttle.js';

const HOME = '192.0.2.1';
const PROXY = '127.0.0.1';

describe('the throttle of sign-ins', () => {
  let clock: FakeClock;
  let throttle: SignInThrottle;

  const make = (): void => {
    clock = createFakeClock();
    throttle = new SignInThrottle({ clock, metrics: new MemoryMetrics() });
  };
  beforeEach(make);

  /** An address of a network of its own. */
  const from = (index: number): string => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
  const waitOf = (turn: Turn): number => (turn.ok ? 0 : turn.retryAfterMs);

  async function begin(account: string, address: string): Promise<Attempt> {
    const turn = await throttle.begin(account, address);
    if (!turn.ok) throw new Error(`refused for ${turn.retryAfterMs} ms`);
    return turn.attempt;
  }
  /** Fails, or gives the wait where it is refused. */
  async function fail(account: string, address: string): Promise<number> {
    const turn = await throttle.begin(account, address);
    if (turn.ok) await turn.attempt.failed();
    return waitOf(turn);
  }
  async function waitMs(account: string, address: string): Promise<number> {
    const turn = await throttle.begin(account, address);
    if (turn.ok) turn.attempt.abandoned();
    return waitOf(turn);
  }

  it('pauses from the fifth failure on, twice as long each time, up to an hour', async () => {
    const pauses: number[] = [];
    for (let failure = 1; failure <= 19; failure++) {
      expect(await fail('ada', PROXY)).to.equal(0);
      const pause = await waitMs('ADA', PROXY);
      pauses.push(pause / 1000);
      clock.advance(pause);
    }
    const doubled = Array.from({ length: 12 }, (_, index) => 2 ** index);
    expect(pauses).to.deep.equal([0, 0, 0, 0, ...doubled, 3600, 3600, 3600]);
  });

  it('says exactly how long the pause is, to the millisecond', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 5, max: 12 }), fc.nat(900), async (failures, passMs) => {
        make();
        for (let times = 0; times < failures; times++) {
          clock.advance(await waitMs('ada', PROXY));
          await fail('ada', PROXY);
        }
        clock.advance(passMs);
        const wait = await waitMs('ada', PROXY);
        expect(wait).to.be.greaterThan(0);
        clock.advance(wait - 1);
        expect(await waitMs('ada', PROXY)).to.equal(1);
        clock.advance(1);
        expect(await waitMs('ada', PROXY)).to.equal(0);
      }),
      { numRuns: 30 },
    );
  });

  it('begins anew after a success', async () => {
    for (let times = 0; times < 4; times++) await fail('ada', PROXY);
    await (await begin('ada', PROXY)).succeeded();
    for (let times = 0; times < 4; times++) await fail('ada', PROXY);
    expect(await waitMs('ada', PROXY)).to.equal(0);
  });

  it('lets no crowd of one moment pass where one could be too many', async () => {
    const turns = await Promise.all(Array.from({ length: 50 }, () => throttle.begin('ada', PROXY)));
    expect(turns.filter(({ ok }) => ok)).to.have.lengthOf(5);
    for (const turn of turns) if (turn.ok) await turn.attempt.failed();
    expect(await waitMs('ada', PROXY)).to.equal(1000);
  });

  it('counts no attempt that came to nothing', async () => {
    for (let times = 0; times < 100; times++) (await begin('ada', HOME)).abandoned();
    expect(await waitMs('ada', HOME)).to.equal(0);
  });

  it('counts an attempt once, whatever is said of it later', async () => {
    const attempts = await Promise.all([begin('ada', PROXY), begin('ada', PROXY)]);
    for (const attempt of attempts) {
      await attempt.failed();
      await attempt.failed();
      attempt.abandoned();
    }
    await fail('ada', PROXY);
    await fail('ada', PROXY);
    expect(await waitMs('ada', PROXY)).to.equal(0);
  });

  it('refuses a network after 20 failures in a minute, at any accounts', async () => {
    for (let index = 0; index < 20; index++) expect(await fail(`user ${index}`, HOME)).to.equal(0);
    expect(await waitMs('ada', HOME)).to.equal(60_000);
    expect(await waitMs('ada', '192.0.2.2')).to.equal(0);
    clock.advance(60_000);
    expect(await waitMs('ada', HOME)).to.equal(0);
  });

  it('takes an IPv6 network of 64 bits for one', async () => {
    for (let index = 0; index < 20; index++) await fail(`user ${index}`, `2001:db8::${index + 1}`);
    expect(await waitMs('ada', '2001:db8::ffff')).to.equal(60_000);
    expect(await waitMs('ada', '2001:db8:0:1::1')).to.equal(0);
  });

  describe('when strangers attack an account', () => {
    const attack = async (rounds: number): Promise<void> => {
      for (let index = 0; index < rounds; index++) await fail('ada', from(index % 500));
    };

    it('does not keep out whoever comes from where the account was used before', async () => {
      await (await begin('ada', HOME)).succeeded();
      await attack(400);
      expect(await waitMs('ada', from(7))).to.be.greaterThan(0);
      expect(await waitMs('ada', HOME)).to.equal(0);
      expect((await begin('ada', HOME)).standing).to.equal(0);
    });

    it('counts what fails there by itself', async () => {
      await (await begin('ada', HOME)).succeeded();
      for (let times = 0; times < 5; times++) await fail('ada', HOME);
      expect(await waitMs('ada', HOME)).to.equal(1000);
    });

    it('leaves a newcomer a try, but not one to each of a thousand networks', async () => {
      await attack(6);
      expect(await waitMs('ada', HOME)).to.equal(0);
      let passed = 0;
      for (let index = 1000; index < 2000; index++) {
        if ((await fail('ada', from(index))) === 0) passed++;
      }
      expect(passed).to.be.within(1, 25);
    });

    it('never locks an account for longer than an hour', async () => {
      await attack(2000);
      expect(await waitMs('ada', from(3))).to.be.within(1, 3_600_000);
    });
  });

  describe('when the whole world guesses', () => {
    beforeEach(async () => {
      for (let index = 0; index < 600; index++) await fail(`user ${index}`, from(index));
    });

    it('refuses networks that have failed, and no others', async () => {
      expect(await waitMs('ada', from(5))).to.equal(60_000);
      expect(await waitMs('ada', HOME)).to.equal(0);
    });

    it('lets those in who are known', async () => {
      await (await begin('ada', HOME)).succeeded();
      await fail('ada', HOME);
      expect(await waitMs('ada', HOME)).to.equal(0);
    });

    it('is over after a minute', async () => {
      clock.advance(60_000);
      expect(await waitMs('ada', from(5))).to.equal(0);
    });
  });

  it('gives those a better place who have failed less', async () => {
    const places: number[] = [];
    places.push((await begin('ada', HOME)).standing);
    places.push((await begin('bob', HOME)).standing);
    await fail('cyd', '192.0.2.9');
    await fail('cyd', '192.0.2.9');
    places.push((await begin('ada', '192.0.2.9')).standing);
    expect(places).to.deep.equal([1, 2, 3]);
  });

  it('gives a network a worse place for each attempt, also one that came to nothing', async () => {
    const places: number[] = [];
    for (let index = 0; index < 4; index++) {
      const attempt = await begin(`user ${index}`, HOME);
      places.push(attempt.standing);
      attempt.abandoned();
    }
    places.push((await begin('ada', '192.0.2.2')).standing);
    clock.advance(60_000);
    places.push((await begin('ada', HOME)).standing);
    expect(places).to.deep.equal([1, 2, 3, 4, 1, 1]);
  });

  it('holds no attempt against a network that succeeded', async () => {
    for (let index = 0; index < 4; index++) await (await begin(`user ${index}`, HOME)).succeeded();
    expect((await begin('ada', HOME)).standing).to.equal(1);
  });

  it('limits accounts per network and hour, behind a proxy of this machine not', async () => {
    for (let times = 0; times < 60; times++) {
      expect(await throttle.beginRegistration(HOME)).to.equal(0);
      expect(await throttle.beginRegistration(PROXY)).to.equal(0);
    }
    expect(await throttle.beginRegistration(HOME)).to.equal(3_600_000);
    expect(await throttle.beginRegistration(PROXY)).to.equal(0);
  });
});
