import { createHash, randomBytes } from 'node:crypto';
import { closeCodes, type CloseReason } from '@sidetone/protocol';
import type { Clock } from '../contracts/clock.js';
import { TokenBucket, type TokenRate } from '../limit/token-bucket.js';

const TOKEN_BYTES = 32;

/** A client that is cut off each second uses one a second. */
const MAX_SPENT = 1024;

/** Sessions that were ended for good, and whose clients may not know it yet. */
const MAX_TOMBSTONES = 4096;

/** Clients from which a session was taken over, and which may not know it yet. */
const MAX_DISPLACED = 64;

/** Resumes of one session and those that replace it: a network at its worst cuts no faster. */
const RESUMES: TokenRate = { burst: 100, perSecond: 5 };

/** What a resume with a token comes to. */
export type Redemption =
  | { readonly status: 'live'; readonly sessionId: string; readonly incomer: Incomer }
  | { readonly status: 'reused'; readonly sessionId: string | null }
  | { readonly status: 'ended'; readonly reason: CloseReason; readonly detail: string }
  | { readonly status: 'unknown' };

/**
 * Who comes with a good token: the client of the session; that client, but with a token from the
 * session that this one has replaced, so that its event numbers are not this session's; or another.
 */
export type Incomer = 'same' | 'sameUnanswered' | 'another';

/** Tokens that would resume a session, as hashes: one, or two while an answer is unconfirmed. */
export interface KeptTokens {
  readonly instance: string;
  readonly hashes: readonly string[];
}

/** The tokens of one session and of those that it has replaced. */
interface Family {
  sessionId: string;
  instance: string;
  /** Confirmed, or the first. */
  current: string;
  /** Given by the latest resume, whose client has not said anything since. */
  pending: string | null;
  /** Those that were given to the session that this one has replaced. */
  inherited: readonly string[];
  readonly spent: Set<string>;
  readonly displaced: Set<string>;
  readonly resumes: TokenBucket;
}

interface Tombstone {
  readonly reason: CloseReason;
  readonly detail: string;
  readonly hashes: readonly string[];
  readonly expiresAtMs: number;
}

/**
 * Which tokens bring a client back to which session. A token is good until the one that a resume
 * gave for it is confirmed; used after that it is in two hands. Keeps hashes only.
 */
export class ResumeTokens {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #families = new Map<string, Family>();
  readonly #byHash = new Map<string, Family | Tombstone>();
  /** Oldest first; all live equally long. */
  readonly #tombstones = new Set<Tombstone>();

  /** `timeoutMs`: how long an ended session is remembered. */
  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** Hashes that are kept, for tests of leaks. */
  get size(): number {
    return this.#byHash.size;
  }

  /** Whether it is one of a session of this process, of whatever kind. */
  knows(token: string): boolean {
    return this.#byHash.has(hashResumeToken(token));
  }

  /** What has to be kept so that the session can be resumed after a restart. */
  kept(sessionId: string): KeptTokens | null {
    const family = this.#families.get(sessionId);
    return family ? { instance: family.instance, hashes: hashesOf(family) } : null;
  }

  /**
   * The session has come back after a restart. Event numbers that its client has are of the process
   * before.
   */
  restore(sessionId: string, { instance, hashes }: KeptTokens): void {
    const [current, pending = null] = hashes;
    if (current === undefined) return;
    const family = this.#found(sessionId, instance, current);
    family.pending = pending;
    family.inherited = hashes;
    if (pending !== null) this.#byHash.set(pending, family);
  }

  /** The next token of the session: 256 random bits in base64url, in no log. */
  issue(sessionId: string, instance: string): string {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const hash = hashResumeToken(token);
    const family = this.#families.get(sessionId);
    if (family === undefined) this.#found(sessionId, instance, hash);
    else {
      // Its answer was lost, or went to a connection that is displaced now.
      if (family.pending !== null) this.#spend(family, family.pending);
      family.pending = hash;
      this.#byHash.set(hash, family);
    }
    return token;
  }

  /** The client has shown that it got the latest token: the one before is spent. */
  confirm(sessionId: string): void {
    const family = this.#families.get(sessionId);
    if (family !== undefined) this.#advance(family);
  }

  /** Using the latest token confirms it. */
  redeem(token: string, instance: string): Redemption {
    this.#bury();
    const hash = hashResumeToken(token);
    const found = this.#byHash.get(hash);
    if (found === undefined) return { status: 'unknown' };
    if ('reason' in found) return ended(found);
    if (found.displaced.has(instance)) return displacement;
    if (found.spent.has(hash)) return { status: 'reused', sessionId: found.sessionId };
    if (hash === found.pending) this.#advance(found);
    return { status: 'live', sessionId: found.sessionId, incomer: incomer(found, hash, instance) };
  }

  /**
   * Takes `cost` from what the session may be resumed, or takes nothing and gives the milliseconds
   * until there is so much.
   */
  charge(sessionId: string, cost: number): number {
    const resumes = this.#families.get(sessionId)?.resumes;
    if (resumes === undefined || resumes.take(this.#clock.now(), cost)) return 0;
    return resumes.waitMs(cost);
  }

  /** Another session of the same user goes on with the tokens; its own begin to count as others do. */
  handOver(fromSessionId: string, toSessionId: string, instance: string): void {
    const family = this.#families.get(fromSessionId);
    if (family === undefined) return;
    this.#families.delete(fromSessionId);
    this.#families.set(toSessionId, family);
    family.displaced.add(family.instance);
    forgetOldest(family.displaced, MAX_DISPLACED);
    family.sessionId = toSessionId;
    family.instance = instance;
    family.inherited = hashesOf(family);
  }

  /** The session has ended. Where its client must not come back, it is remembered for a while. */
  end(sessionId: string, reason: CloseReason | undefined, detail: string): void {
    const family = this.#families.get(sessionId);
    if (family === undefined) return;
    this.#families.delete(sessionId);
    for (const hash of family.spent) this.#byHash.delete(hash);
    const hashes = hashesOf(family);
    for (const hash of hashes) this.#byHash.delete(hash);
    if (reason === undefined || !isFinal(reason) || this.#timeoutMs === 0) return;
    const expiresAtMs = this.#clock.now() + this.#timeoutMs;
    const tombstone: Tombstone = { reason, detail, hashes, expiresAtMs };
    this.#tombstones.add(tombstone);
    for (const hash of hashes) this.#byHash.set(hash, tombstone);
    this.#bury();
  }

  #found(sessionId: string, instance: string, hash: string): Family {
    const family: Family = {
      sessionId,
      instance,
      current: hash,
      pending: null,
      inherited: [],
      spent: new Set(),
      displaced: new Set(),
      resumes: new TokenBucket(RESUMES, this.#clock.now()),
    };
    this.#families.set(sessionId, family);
    this.#byHash.set(hash, family);
    return family;
  }

  #advance(family: Family): void {
    if (family.pending === null) return;
    this.#spend(family, family.current);
    family.current = family.pending;
    family.pending = null;
  }

  #spend(family: Family, hash: string): void {
    family.spent.add(hash);
    for (const forgotten of forgetOldest(family.spent, MAX_SPENT)) this.#byHash.delete(forgotten);
  }

  #bury(): void {
    const nowMs = this.#clock.now();
    for (const tombstone of this.#tombstones) {
      if (this.#tombstones.size <= MAX_TOMBSTONES && tombstone.expiresAtMs > nowMs) return;
      this.#tombstones.delete(tombstone);
      for (const hash of tombstone.hashes) this.#byHash.delete(hash);
    }
  }
}

const displacement: Redemption = {
  status: 'ended',
  reason: 'DISPLACED',
  detail: 'the session goes on with another client',
};

function ended({ reason, detail }: Tombstone): Redemption {
  if (reason === 'TOKEN_REUSED') return { status: 'reused', sessionId: null };
  return { status: 'ended', reason, detail };
}

function incomer(family: Family, hash: string, instance: string): Incomer {
  if (instance !== family.instance) return 'another';
  return family.inherited.includes(hash) ? 'sameUnanswered' : 'same';
}

/** Of the tokens that are good. */
function hashesOf({ current, pending }: Family): readonly string[] {
  return pending === null ? [current] : [current, pending];
}

/** Its client is told so when it comes, because it may have missed the close. */
function isFinal(reason: CloseReason): boolean {
  return closeCodes[reason].comeBack === 'never' || reason === 'TOKEN_REUSED';
}

function forgetOldest(set: Set<string>, limit: number): readonly string[] {
  const [oldest] = set;
  if (set.size <= limit || oldest === undefined) return [];
  set.delete(oldest);
  return [oldest];
}

/** What of a token is kept. */
export function hashResumeToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
