import { randomBytes, timingSafeEqual } from 'node:crypto';
import { TokenBucket, type TokenRate } from '@sidetone/core';
import { PROBE_CHALLENGE_BYTES } from '@sidetone/protocol';
import { MoveLimiter } from './move-limiter.js';

/** Challenges of one session, to all addresses together (docs/protocol/udp.md). */
const CHALLENGES: TokenRate = { burst: 3, perSecond: 3 };

/** An answer that comes later than this has taken a way nobody would talk over. */
const CHALLENGE_LIFETIME_MS = 10_000;

/** Datagrams that do not ask repeat a challenge no sooner: media comes each 20 ms. */
const REPEAT_MS = 100;

/** An address that lost against the old one is not asked again for this long. */
const REST_MS = 1_000;

/** Addresses that may be in question at once; the oldest question makes room. */
const MAX_QUESTIONS = 8;
/** Addresses left behind to which a late answer may lead back. */
const MAX_WAYS_BACK = 8;

export interface Address {
  readonly address: string;
  readonly port: number;
}

/** What to send: bytes to the address in question, and others to the one in use. */
export interface Challenges {
  readonly toNew: Uint8Array;
  /** `null` while no address has been confirmed, and where the address in use itself asks. */
  readonly toOld: Uint8Array | null;
}

/** What came of an authenticated datagram that may call for a challenge. */
export type Question = Challenges | 'limited' | 'resting' | 'recent';

/**
 * What came of an answer. `confirmed`: the first address is in use now. `moved`: another one is.
 * `kept`: the old path still carries, the question is over. `returned`: the same, but the new
 * address had answered first; back to the old. `repeated`: from the address in use, nothing to do.
 */
export type Verdict =
  'confirmed' | 'moved' | 'kept' | 'returned' | 'repeated' | 'wrong' | 'moveLimited';

interface OpenQuestion extends Address, Challenges {
  readonly expiresAtMs: number;
  repeatAtMs: number;
}

/** An address that was in use until another took over, and the bytes whose return leads back. */
interface LeftAddress extends Address {
  readonly challenge: Uint8Array;
  readonly expiresAtMs: number;
  readonly successor: Address;
}

interface Resting extends Address {
  readonly untilMs: number;
}

/**
 * Decides where a session's voice goes: to an address only once random bytes that were sent there
 * came back from it (RFC 9000 section 8.2), and away from the old one only while that stays silent
 * (section 9.3.3): somebody on the way who sends on copies from an address of his own is answered
 * by the client, from the old one. It sends nothing and knows nothing of tags and packet numbers:
 * the caller shows it authenticated datagrams alone.
 */
export class AddressCheck {
  /** Where voice goes; `null` before the first answer. */
  address: string | null = null;
  port = 0;
  readonly #random: () => Uint8Array;
  readonly #challenges: TokenBucket;
  readonly #moves = new MoveLimiter();
  #questions: OpenQuestion[] = [];
  #left: LeftAddress[] = [];
  #resting: Resting[] = [];

  /** @param random makes the bytes of a challenge; given by tests only */
  constructor(nowMs: number, random: () => Uint8Array = randomChallenge) {
    this.#random = random;
    this.#challenges = new TokenBucket(CHALLENGES, nowMs);
  }

  /** How many addresses it remembers besides the one in use; bounded. */
  get remembered(): number {
    return this.#questions.length + this.#left.length + this.#resting.length;
  }

  isAt(address: string, port: number): boolean {
    return this.port === port && this.address === address;
  }

  /**
   * A datagram that calls for a challenge: the highest-numbered one so far and not from the address
   * in use, or a probe that asks (`asks`). Asking again repeats the bytes, so that any of several
   * answers will do.
   */
  question(from: Address, asks: boolean, nowMs: number): Question {
    this.#forget(nowMs);
    if (this.isAt(from.address, from.port)) return this.#challengeAgain(nowMs);
    if (this.#resting.some((one) => same(one, from))) return 'resting';
    const known = this.#questions.find((one) => same(one, from));
    if (known && !asks && nowMs < known.repeatAtMs) return 'recent';
    if (!this.#challenges.take(nowMs)) return 'limited';
    const open = known ?? this.#open(from, nowMs);
    open.repeatAtMs = nowMs + REPEAT_MS;
    return open;
  }

  /**
   * An answer. `fresh`: its packet number had not come before. One that had still counts where it
   * speaks for the old address: who sends on copies faster than the client must not win by that.
   */
  answer(challenge: Uint8Array, from: Address, fresh: boolean, nowMs: number): Verdict {
    this.#forget(nowMs);
    if (this.isAt(from.address, from.port)) return this.#keep(challenge, nowMs);
    const left = this.#left.findIndex(
      (one) => same(one, from) && timingSafeEqual(one.challenge, challenge),
    );
    if (left >= 0) return this.#return(left, nowMs);
    const asked = this.#questions.find((one) => same(one, from));
    if (!fresh || !asked || !timingSafeEqual(asked.toNew, challenge)) return 'wrong';
    return this.#move(asked, nowMs);
  }

  /** The address in use asks: the bytes show that datagrams pass, nothing hangs on the answer. */
  #challengeAgain(nowMs: number): Question {
    if (!this.#challenges.take(nowMs)) return 'limited';
    return { toNew: this.#random(), toOld: null };
  }

  #open({ address, port }: Address, nowMs: number): OpenQuestion {
    const question: OpenQuestion = {
      address,
      port,
      toNew: this.#random(),
      toOld: this.address === null ? null : this.#random(),
      expiresAtMs: nowMs + CHALLENGE_LIFETIME_MS,
      repeatAtMs: nowMs,
    };
    this.#questions.push(question);
    if (this.#questions.length > MAX_QUESTIONS) this.#questions.shift();
    return question;
  }

  /** Each question has bytes of its own, so that the answer to one says nothing of a later one. */
  #keep(challenge: Uint8Array, nowMs: number): Verdict {
    const index = this.#questions.findIndex(
      ({ toOld }) => toOld !== null && timingSafeEqual(toOld, challenge),
    );
    const [lost] = index < 0 ? [] : this.#questions.splice(index, 1);
    if (!lost) return 'repeated';
    this.#rest(lost, nowMs);
    return 'kept';
  }

  /** A way back is no move: an attacker who has used up the moves must not keep what he won. */
  #return(index: number, nowMs: number): Verdict {
    // What was left behind later belongs to the way that turns out to have been wrong.
    const [target] = this.#left.splice(index);
    if (!target) return 'wrong';
    this.#rest(target.successor, nowMs);
    this.#use(target);
    return 'returned';
  }

  #move(asked: OpenQuestion, nowMs: number): Verdict {
    const { address, port } = this;
    if (address === null) {
      this.#use(asked);
      return 'confirmed';
    }
    if (!this.#moves.take(nowMs)) return 'moveLimited';
    if (asked.toOld !== null) {
      const { toOld: challenge, expiresAtMs } = asked;
      this.#left.push({ address, port, challenge, expiresAtMs, successor: asked });
      if (this.#left.length > MAX_WAYS_BACK) this.#left.shift();
    }
    this.#use(asked);
    return 'moved';
  }

  #use({ address, port }: Address): void {
    this.address = address;
    this.port = port;
    // Their second challenges went to another address than the one in use now.
    this.#questions = [];
  }

  /** Questions bound it: there are no more of them within a second than open ones and new ones. */
  #rest({ address, port }: Address, nowMs: number): void {
    this.#resting.push({ address, port, untilMs: nowMs + REST_MS });
  }

  #forget(nowMs: number): void {
    const lives = ({ expiresAtMs }: { readonly expiresAtMs: number }): boolean =>
      expiresAtMs > nowMs;
    this.#questions = this.#questions.filter(lives);
    this.#left = this.#left.filter(lives);
    this.#resting = this.#resting.filter(({ untilMs }) => untilMs > nowMs);
  }
}

function same(one: Address, other: Address): boolean {
  return one.port === other.port && one.address === other.address;
}

function randomChallenge(): Uint8Array {
  return randomBytes(PROBE_CHALLENGE_BYTES);
}
