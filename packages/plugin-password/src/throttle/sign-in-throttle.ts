import { foldName, networkOf, type Clock, type Metrics } from '@sidetone/core';
import { BoundedLimiter } from './bounded-limiter.js';
import { FailureLine } from './failure-line.js';
import { PendingCount } from './pending-count.js';

const MINUTE_S = 60;
const HOUR_S = 3600;
const KNOWN_S = 30 * 24 * HOUR_S;
const MAX_KEYS = 16_384;
const MAX_KNOWN = 65_536;
const TURN_MS = 1000;

/** Failures of one network in a minute. */
const NETWORK_FAILURES = 20;
/** Failures of all in a minute, after which networks that have failed before are refused. */
const ALL_FAILURES = 600;
/** Attempts an hour at an account that pauses, each from a network that has not failed. */
const NEWCOMERS = 20;
/** Accounts that one network may ask for in an hour. */
const REGISTRATIONS = 60;

const ALL = 'all';

/** One attempt to prove who one is. Exactly one of its three methods ends it. */
export interface Attempt {
  /** Place in the queue of those who are to be hashed; 0 is served first. */
  readonly standing: number;
  succeeded(): Promise<void>;
  failed(): Promise<void>;
  /** It was not found out whether it would have succeeded. */
  abandoned(): void;
}

export type Turn =
  | { readonly ok: true; readonly attempt: Attempt }
  | { readonly ok: false; readonly retryAfterMs: number };

/** Whose attempt it is: the keys under which it counts. */
interface Keys {
  readonly account: string;
  /** Of the account and the network from which it was used before; else of the account alone. */
  readonly line: string;
  readonly pair: string;
  /** `null`: all clients of a proxy on this machine come from there, so it says nothing. */
  readonly network: string | null;
  readonly known: boolean;
}

/** Attempts under way that had begun before. */
interface Ahead {
  readonly onLine: number;
  readonly inNetwork: number;
}

interface Refusal {
  readonly waitMs: number;
  readonly reason: 'network' | 'account' | 'all';
}

/**
 * Bounds how often passwords may be guessed: per account, per network and in all, asked before
 * anything is hashed. Nobody can lock somebody else out: from a network where an account was used
 * before only failures from there count, and where strangers make an account pause, somebody who
 * comes from a network without failures still has a try.
 */
export class SignInThrottle {
  readonly #metrics: Metrics;
  readonly #lines: FailureLine;
  readonly #networks: BoundedLimiter;
  /** All attempts but those that succeeded, also those that were refused for want of room. */
  readonly #attempts: BoundedLimiter;
  readonly #all: BoundedLimiter;
  readonly #newcomers: BoundedLimiter;
  readonly #registrations: BoundedLimiter;
  readonly #known: BoundedLimiter;
  readonly #pendingNetworks = new PendingCount();

  constructor({ clock, metrics }: { readonly clock: Clock; readonly metrics: Metrics }) {
    const limiter = (points: number, durationS: number, maxKeys = MAX_KEYS): BoundedLimiter =>
      new BoundedLimiter({ clock, points, durationS, maxKeys });
    this.#metrics = metrics;
    this.#lines = new FailureLine(clock);
    this.#networks = limiter(NETWORK_FAILURES, MINUTE_S);
    this.#attempts = limiter(1, MINUTE_S);
    this.#all = limiter(ALL_FAILURES, MINUTE_S, 1);
    this.#newcomers = limiter(NEWCOMERS, HOUR_S);
    this.#registrations = limiter(REGISTRATIONS, HOUR_S);
    this.#known = limiter(1, KNOWN_S, MAX_KNOWN);
  }

  /** `account`: the name that somebody gave, whether there is one or not. */
  async begin(account: string, remoteAddress: string): Promise<Turn> {
    const keys = await this.#keys(account, remoteAddress);
    const { line, network, known } = keys;
    // Counted before anything is asked: attempts of one moment must not all pass.
    const ahead = this.#enter(keys);
    const before =
      network === null
        ? (await this.#lines.failures(line)) + ahead.onLine
        : ((await this.#networks.get(network))?.consumedPoints ?? 0) + ahead.inNetwork;
    const refusal = await this.#refusal(keys, ahead, before);
    if (refusal === null) {
      const asked = network === null ? 0 : await this.#countAttempt(network);
      const standing = known ? 0 : 1 + Math.max(before, asked);
      return { ok: true, attempt: this.#attempt(keys, standing) };
    }
    this.#leave(keys);
    this.#metrics.counter('password.refused', refusal.reason).add();
    return { ok: false, retryAfterMs: refusal.waitMs };
  }

  /** Milliseconds until somebody from there may ask for an account; 0: now, and it is counted. */
  async beginRegistration(remoteAddress: string): Promise<number> {
    if (isProxy(remoteAddress)) return 0;
    return take(this.#registrations, networkOf(remoteAddress));
  }

  /** Somebody from there has guessed an invite. */
  async guessed(remoteAddress: string): Promise<void> {
    if (!isProxy(remoteAddress)) await this.#networks.penalty(networkOf(remoteAddress));
  }

  /** Milliseconds until somebody from there may guess again; 0: now. */
  async guessWaitMs(remoteAddress: string): Promise<number> {
    return isProxy(remoteAddress) ? 0 : this.#networkWaitMs(networkOf(remoteAddress), 0);
  }

  async #keys(name: string, remoteAddress: string): Promise<Keys> {
    const account = foldName(name);
    const network = isProxy(remoteAddress) ? null : networkOf(remoteAddress);
    const pair = `${account}\n${network ?? ''}`;
    const known = network !== null && (await this.#known.get(pair)) !== null;
    return { account, network, pair, known, line: known ? pair : account };
  }

  #enter({ line, network }: Keys): Ahead {
    const onLine = this.#lines.begin(line);
    if (network === null) return { onLine, inNetwork: 0 };
    const inNetwork = this.#pendingNetworks.of(network);
    this.#pendingNetworks.add(network);
    return { onLine, inNetwork };
  }

  #leave({ line, network }: Keys): void {
    this.#lines.end(line);
    if (network !== null) this.#pendingNetworks.remove(network);
  }

  async #refusal(keys: Keys, ahead: Ahead, before: number): Promise<Refusal | null> {
    const { account, line, network, known } = keys;
    if (!known) {
      const waitMs = network === null ? 0 : await this.#networkWaitMs(network, ahead.inNetwork);
      if (waitMs > 0) return { waitMs, reason: 'network' };
    }
    const waitMs = await this.#lines.waitMs(line, ahead.onLine);
    if (waitMs > 0) {
      const newcomer = !known && network !== null && before === 0;
      if (newcomer && (await take(this.#newcomers, account)) === 0) return null;
      return { waitMs, reason: 'account' };
    }
    if (known || before === 0) return null;
    const all = await this.#all.get(ALL);
    if (!all || all.consumedPoints < ALL_FAILURES) return null;
    return { waitMs: all.msBeforeNext, reason: 'all' };
  }

  async #networkWaitMs(network: string, ahead: number): Promise<number> {
    const { consumedPoints = 0, msBeforeNext = 0 } = (await this.#networks.get(network)) ?? {};
    if (consumedPoints >= NETWORK_FAILURES) return msBeforeNext;
    return consumedPoints + ahead >= NETWORK_FAILURES ? TURN_MS : 0;
  }

  /**
   * Attempts of the network in this minute so far. While hashes are short most guesses are neither
   * right nor wrong: who comes for the first time stands before a network that asks again and again.
   */
  async #countAttempt(network: string): Promise<number> {
    return (await this.#attempts.penalty(network)).consumedPoints - 1;
  }

  #attempt(keys: Keys, standing: number): Attempt {
    let open = true;
    const end = async (count: () => Promise<void>): Promise<void> => {
      if (!open) return;
      open = false;
      await count();
      this.#leave(keys);
    };
    return {
      standing,
      succeeded: () => end(() => this.#succeed(keys)),
      failed: () => end(() => this.#fail(keys)),
      abandoned: () => void end(async () => {}),
    };
  }

  async #succeed({ line, pair, network }: Keys): Promise<void> {
    await this.#lines.forget(line);
    if (network === null) return;
    await this.#attempts.reward(network);
    await this.#known.set(pair, 1, KNOWN_S);
  }

  async #fail({ line, network }: Keys): Promise<void> {
    await this.#lines.fail(line);
    await this.#all.penalty(ALL);
    if (network !== null) await this.#networks.penalty(network);
  }
}

/** Takes a point of the key and gives 0, or gives the milliseconds until there is one. */
async function take(limiter: BoundedLimiter, key: string): Promise<number> {
  const { consumedPoints = 0, msBeforeNext = 0 } = (await limiter.get(key)) ?? {};
  if (consumedPoints >= limiter.points) return msBeforeNext;
  await limiter.penalty(key);
  return 0;
}

/** The addresses from which a proxy on this machine comes, with all of its clients. */
function isProxy(remoteAddress: string): boolean {
  const network = networkOf(remoteAddress);
  return network === '127.0.0.1' || remoteAddress === '::1';
}
