import { randomBytes, timingSafeEqual } from 'node:crypto';
import { TokenBucket, type TokenRate } from '@sidetone/core';
import { PROBE_CHALLENGE_BYTES } from '@sidetone/protocol';

/** Challenges, to whatever address (docs/protocol/udp.md). */
const CHALLENGES: TokenRate = { burst: 3, perSecond: 3 };

/** An answer that comes later than this has taken a way nobody would talk over. */
const CHALLENGE_LIFETIME_MS = 10_000;

/** Addresses that may be in question at once; the oldest question makes room. */
const MAX_PENDING = 4;

interface PendingChallenge {
  readonly address: string;
  readonly port: number;
  readonly challenge: Uint8Array;
  readonly expiresAtMs: number;
}

/**
 * Finds out whether a session really receives at an address before voice goes there: eight random
 * bytes are sent to it, and only their return from that address confirms it (RFC 9000 section 8.2).
 * Asking again from the same address repeats the bytes, so that any of several answers will do.
 */
export class AddressCheck {
  readonly #bucket: TokenBucket;
  #pending: PendingChallenge[] = [];

  constructor(nowMs: number) {
    this.#bucket = new TokenBucket(CHALLENGES, nowMs);
  }

  /** The bytes to send to this address; `null`: too many challenges within a second. */
  challenge(address: string, port: number, nowMs: number): Uint8Array | null {
    if (!this.#bucket.take(nowMs)) return null;
    const known = this.#find(address, port, nowMs);
    if (known) return known.challenge;
    const challenge = randomBytes(PROBE_CHALLENGE_BYTES);
    const expiresAtMs = nowMs + CHALLENGE_LIFETIME_MS;
    this.#pending.push({ address, port, challenge, expiresAtMs });
    if (this.#pending.length > MAX_PENDING) this.#pending.shift();
    return challenge;
  }

  /** Whether these bytes were sent to this address. A yes ends all open questions. */
  confirms(challenge: Uint8Array, address: string, port: number, nowMs: number): boolean {
    const asked = this.#find(address, port, nowMs);
    if (!asked || !timingSafeEqual(asked.challenge, challenge)) return false;
    this.#pending = [];
    return true;
  }

  #find(address: string, port: number, nowMs: number): PendingChallenge | undefined {
    this.#pending = this.#pending.filter(({ expiresAtMs }) => expiresAtMs > nowMs);
    return this.#pending.find((entry) => entry.address === address && entry.port === port);
  }
}
