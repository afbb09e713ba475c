import { expect } from 'chai';
import fc from 'fast-check';
import { AddressCheck, type Address, type Challenges } from '../src/address-check.js';

const at = (port: number): Address => ({ address: '192.0.2.1', port });
const OLD = at(1);
const NEW = at(2);
const OTHER = at(3);

/** Bytes that tell challenges apart. */
function numbered(): () => Uint8Array {
  let number = 0;
  return () => {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setUint32(0, ++number);
    return bytes;
  };
}

function challenges(check: AddressCheck, from: Address, nowMs: number): Challenges {
  const question = check.question(from, true, nowMs);
  if (typeof question === 'string') throw new Error(`no challenge: ${question}`);
  return question;
}

function confirmedAt(address: Address): AddressCheck {
  const check = new AddressCheck(0, numbered());
  check.answer(challenges(check, address, 0).toNew, address, true, 0);
  return check;
}

/** What the old address was asked; fails where it was not. */
function toOld({ toOld }: Challenges): Uint8Array {
  if (toOld === null) throw new Error('the old address was not asked');
  return toOld;
}

describe('the check of an address', () => {
  it('asks the first address alone, and takes it by its answer', () => {
    const check = new AddressCheck(0);
    const { toNew, toOld: second } = challenges(check, NEW, 0);
    expect(second).to.equal(null);
    expect(check.address).to.equal(null);
    expect(check.answer(toNew, NEW, true, 0)).to.equal('confirmed');
    expect(check).to.include(NEW);
  });

  it('asks the new address and the old one with different bytes, and moves by the new one’s', () => {
    const check = confirmedAt(OLD);
    const asked = challenges(check, NEW, 1_000);
    expect(asked.toNew).to.not.deep.equal(toOld(asked));
    expect(check).to.include(OLD);
    expect(check.answer(toOld(asked), NEW, true, 1_000), 'the old one’s bytes').to.equal('wrong');
    expect(check.answer(asked.toNew, OTHER, true, 1_000), 'from elsewhere').to.equal('wrong');
    expect(check.answer(asked.toNew, OLD, true, 1_000), 'from the old').to.equal('repeated');
    expect(check).to.include(OLD);
    expect(check.answer(asked.toNew, NEW, true, 1_000)).to.equal('moved');
    expect(check).to.include(NEW);
  });

  it('stays where it is when the old address answers, and lets the new one rest a second', () => {
    const check = confirmedAt(OLD);
    const asked = challenges(check, NEW, 1_000);
    expect(check.answer(toOld(asked), OLD, true, 1_000)).to.equal('kept');
    expect(check.answer(asked.toNew, NEW, true, 1_000)).to.equal('wrong');
    expect(check.question(NEW, true, 1_999)).to.equal('resting');
    expect(check.question(OTHER, true, 1_999)).to.be.an('object');
    expect(check.question(NEW, true, 2_000)).to.be.an('object');
    expect(check).to.include(OLD);
  });

  it('goes back when the old address answers later, even where a copy came before', () => {
    const check = confirmedAt(OLD);
    const asked = challenges(check, NEW, 1_000);
    check.answer(asked.toNew, NEW, true, 1_010);
    expect(check).to.include(NEW);
    expect(check.answer(toOld(asked), OTHER, true, 1_011)).to.equal('wrong');
    expect(check.answer(toOld(asked), OLD, false, 1_012)).to.equal('returned');
    expect(check).to.include(OLD);
    expect(check.question(NEW, true, 1_013)).to.equal('resting');
  });

  it('goes back over several addresses of one attacker, and none of them leads forward again', () => {
    const check = confirmedAt(OLD);
    const first = challenges(check, NEW, 1_000);
    check.answer(first.toNew, NEW, true, 1_000);
    const second = challenges(check, OTHER, 1_000);
    check.answer(second.toNew, OTHER, true, 1_000);
    expect(check.answer(toOld(first), OLD, false, 1_100)).to.equal('returned');
    expect(check.answer(toOld(second), NEW, true, 1_100)).to.equal('wrong');
    expect(check).to.include(OLD);
  });

  it('takes a copy of an answer for the old address only, never for a new one', () => {
    const check = confirmedAt(OLD);
    const asked = challenges(check, NEW, 1_000);
    expect(check.answer(asked.toNew, NEW, false, 1_000)).to.equal('wrong');
    expect(check.answer(toOld(asked), OLD, false, 1_000)).to.equal('kept');
  });

  it('ends one question by the old address’s answer to it, and no other', () => {
    const check = confirmedAt(OLD);
    const attack = challenges(check, OTHER, 1_000);
    const honest = challenges(check, NEW, 1_000);
    expect(check.answer(toOld(attack), OLD, true, 1_010)).to.equal('kept');
    expect(check.answer(toOld(attack), OLD, true, 1_011)).to.equal('repeated');
    expect(check.answer(honest.toNew, NEW, true, 1_020)).to.equal('moved');
  });

  it('repeats the same bytes, at once to who asks, and after 100 ms to who does not', () => {
    const check = confirmedAt(OLD);
    const first = check.question(NEW, false, 1_000);
    expect(check.question(NEW, false, 1_099)).to.equal('recent');
    expect(check.question(NEW, true, 1_099)).to.equal(first);
    expect(check.question(NEW, false, 1_199)).to.equal(first);
  });

  it('challenges the address in use when that asks, and nothing hangs on it', () => {
    const check = confirmedAt(OLD);
    const { toNew, toOld: second } = challenges(check, OLD, 1_000);
    expect(second).to.equal(null);
    expect(check.answer(toNew, OLD, true, 1_000)).to.equal('repeated');
    expect(check.answer(toNew, NEW, true, 1_000)).to.equal('wrong');
  });

  it('takes no answer after ten seconds', () => {
    const check = confirmedAt(OLD);
    const asked = challenges(check, NEW, 1_000);
    expect(check.answer(asked.toNew, NEW, true, 11_000)).to.equal('wrong');
    const again = challenges(check, NEW, 20_000);
    check.answer(again.toNew, NEW, true, 20_000);
    expect(check.answer(toOld(again), OLD, true, 30_000)).to.equal('wrong');
  });

  it('moves 20 times within a minute, goes back all the same, and moves again after it', () => {
    const check = confirmedAt(at(100));
    let nowMs = 1_000;
    const moveTo = (port: number): [string, Challenges] => {
      nowMs += 400;
      const asked = challenges(check, at(port), nowMs);
      return [check.answer(asked.toNew, at(port), true, nowMs), asked];
    };
    let last: Challenges | undefined;
    for (let port = 101; port <= 120; port++) {
      const [verdict, asked] = moveTo(port);
      expect(verdict).to.equal('moved');
      last = asked;
    }
    expect(moveTo(121)[0]).to.equal('moveLimited');
    expect(check.port).to.equal(120);
    if (last === undefined) throw new Error('it never moved');
    expect(check.answer(toOld(last), at(119), true, nowMs)).to.equal('returned');
    nowMs = 61_399;
    expect(moveTo(121)[0]).to.equal('moved');
  });

  it('has eight addresses in question at most, and forgets the oldest', () => {
    const check = confirmedAt(OLD);
    const asked = Array.from({ length: 9 }, (_, i) =>
      challenges(check, at(10 + i), 1_000 + i * 350),
    );
    expect(check.remembered).to.equal(8);
    expect(check.answer((asked[0] as Challenges).toNew, at(10), true, 4_000)).to.equal('wrong');
    expect(check.answer((asked[1] as Challenges).toNew, at(11), true, 4_000)).to.equal('moved');
  });

  it('knows eight ways back at most', () => {
    const check = confirmedAt(OLD);
    for (let i = 0; i < 20; i++) {
      const nowMs = 1_000 + i * 350;
      check.answer(challenges(check, at(10 + i), nowMs).toNew, at(10 + i), true, nowMs);
    }
    expect(check.remembered).to.equal(8);
  });

  it('challenges the address in use three times a second as well', () => {
    const check = confirmedAt(OLD);
    const asked = [0, 0, 0, 0].map(() => check.question(OLD, true, 2_000));
    expect(asked[2]).to.be.an('object');
    expect(asked[3]).to.equal('limited');
  });
});

/** What an attacker and a client may do, in any order: `pick` chooses among the bytes sent so far. */
type Step =
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'datagram'; readonly port: number; readonly asks: boolean }
  | {
      readonly kind: 'answer';
      readonly port: number;
      readonly pick: number;
      readonly fresh: boolean;
    };

const ports = fc.integer({ min: 1, max: 6 });
const steps = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.oneof(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 12_000 })),
    }),
    fc.record({ kind: fc.constant('datagram' as const), port: ports, asks: fc.boolean() }),
    fc.record({
      kind: fc.constant('answer' as const),
      port: ports,
      pick: fc.nat(5),
      fresh: fc.boolean(),
    }),
  ),
  { maxLength: 300 },
);

interface SentBytes {
  readonly bytes: Uint8Array;
  readonly port: number;
  readonly atMs: number;
}

/** Plays the steps and checks what must hold after each of them, whatever came before. */
class Play {
  readonly check: AddressCheck = new AddressCheck(0, numbered());
  nowMs = 0;
  readonly #sent: SentBytes[] = [];
  readonly #challengedAtMs: number[] = [];
  readonly #movedAtMs: number[] = [];
  readonly #used = new Set<number>();
  readonly #restsUntilMs = new Map<number, number>();

  step(step: Step): void {
    switch (step.kind) {
      case 'wait':
        this.nowMs += step.ms;
        return;
      case 'datagram':
        return this.#datagram(step.port, step.asks);
      case 'answer':
        return this.#answer(step);
    }
  }

  #datagram(port: number, asks: boolean): void {
    const { port: before } = this.check;
    const question = this.check.question(at(port), asks, this.nowMs);
    expect(this.check.port, 'a question moves nothing').to.equal(before);
    if (typeof question === 'string') return;
    expect(this.#restsUntilMs.get(port) ?? 0, 'asked while it rests').to.be.at.most(this.nowMs);
    this.#challengedAtMs.push(this.nowMs);
    const lastSecond = this.#challengedAtMs.filter((ms) => ms > this.nowMs - 1_000);
    expect(lastSecond.length, 'three at once and three a second').to.be.at.most(6);
    const seconds = (this.nowMs - (this.#challengedAtMs[0] ?? 0)) / 1_000;
    expect(this.#challengedAtMs.length).to.be.at.most(3 + 3 * seconds);
    this.#sent.push({ bytes: question.toNew, port, atMs: this.nowMs });
    const asksOld = before !== 0 && before !== port;
    expect(question.toOld !== null, 'the old one is asked too').to.equal(asksOld);
    if (question.toOld === null) return;
    expect(question.toOld).to.not.deep.equal(question.toNew);
    this.#sent.push({ bytes: question.toOld, port: before, atMs: this.nowMs });
  }

  #answer({ port, pick, fresh }: Extract<Step, { kind: 'answer' }>): void {
    const sent = this.#sent.at(-1 - pick);
    if (sent === undefined) return;
    const before = this.check.port;
    const verdict = this.check.answer(sent.bytes, at(port), fresh, this.nowMs);
    const after = this.check.port;
    if (after === before) {
      expect(verdict).to.not.be.oneOf(['confirmed', 'moved', 'returned']);
      if (verdict === 'kept') expect(port).to.equal(before);
      return;
    }
    expect(after, 'it goes where the answer came from').to.equal(port);
    const toThere = this.#sent.some(
      (one) => one.bytes === sent.bytes && one.port === port && one.atMs > this.nowMs - 10_000,
    );
    expect(toThere, 'these bytes were sent there within ten seconds').to.equal(true);
    if (verdict === 'returned') {
      expect(this.#used.has(port), 'back to an address that was in use').to.equal(true);
    } else {
      expect(fresh, 'a copy moves nothing').to.equal(true);
      if (verdict === 'moved') this.#countMove();
    }
    this.#used.add(port);
  }

  #countMove(): void {
    this.#movedAtMs.push(this.nowMs);
    const lastMinute = this.#movedAtMs.filter((ms) => ms > this.nowMs - 60_000);
    expect(lastMinute.length).to.be.at.most(20);
  }
}

describe('the check of an address, whatever happens', () => {
  it('goes only where the bytes sent there came back from, and within its limits', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const play = new Play();
        for (const step of all) {
          play.step(step);
          expect(play.check.remembered).to.be.at.most(30);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never leaves an address that answers first, whoever asks from wherever', () => {
    const attack = fc.array(
      fc.record({ port: fc.integer({ min: 2, max: 9 }), waitMs: fc.nat(700) }),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(attack, (all) => {
        const check = confirmedAt(OLD);
        let nowMs = 0;
        for (const { port, waitMs } of all) {
          nowMs += waitMs;
          const question = check.question(at(port), false, nowMs);
          if (typeof question === 'string') continue;
          expect(check.answer(toOld(question), OLD, true, nowMs + 5)).to.equal('kept');
          expect(check.answer(question.toNew, at(port), true, nowMs + 6)).to.equal('wrong');
          expect(check).to.include(OLD);
        }
      }),
    );
  });

  it('ends at an address that answers last, whoever answered faster', () => {
    const attack = fc.array(
      fc.record({ port: fc.integer({ min: 2, max: 9 }), waitMs: fc.nat(700) }),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(attack, (all) => {
        const check = confirmedAt(OLD);
        let nowMs = 0;
        for (const { port, waitMs } of all) {
          nowMs += waitMs;
          const question = check.question(at(port), false, nowMs);
          if (typeof question === 'string') continue;
          // The attacker hands the client's answers on faster, its own copy of the second too.
          check.answer(question.toNew, at(port), true, nowMs + 5);
          check.answer(toOld(question), at(port), true, nowMs + 5);
          check.answer(toOld(question), OLD, false, nowMs + 6);
          expect(check).to.include(OLD);
        }
      }),
    );
  });
});
