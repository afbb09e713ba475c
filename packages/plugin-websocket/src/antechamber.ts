import { networkOf, type Counter } from '@sidetone/core';
import { Admission, type AdmissionLimits, type AdmissionResult } from './admission.js';

/** A connection that has not signed in. */
export interface Newcomer {
  readonly remoteAddress: string;
  /** Nobody waits for anything of ours: it has said nothing, or has had its answer. */
  readonly idle: boolean;
  /** It may be about to speak. */
  readonly fresh: boolean;
  /** Ends it at once. */
  makeRoom(): void;
}

interface AntechamberParts {
  readonly limits: AdmissionLimits;
  /** Counts those who had to make room. */
  readonly displaced: Counter;
}

/**
 * The places of connections that have not signed in. Where all are taken, somebody who comes gets
 * that of the oldest idle connection of the network that has the most: a few addresses that connect
 * and say nothing keep nobody out. A fresh one goes only where its network has more than that of who
 * comes: in a crowd that comes back at once nobody has to go for another.
 */
export class Antechamber {
  readonly #admission: Admission;
  readonly #displaced: Counter;
  /** By network, oldest first. */
  readonly #newcomers = new Map<string, Set<Newcomer>>();

  constructor({ limits, displaced }: AntechamberParts) {
    this.#admission = new Admission(limits);
    this.#displaced = displaced;
  }

  admit(address: string): AdmissionResult {
    const result = this.#admission.admit(address);
    if (result.admitted || result.reason !== 'full') return result;
    const leaving = this.#nextToLeave(networkOf(address));
    if (leaving === null) return result;
    this.#displaced.add();
    leaving.makeRoom();
    return this.#admission.admit(address);
  }

  /** Who has a place, and may lose it until `leave`. */
  enter(newcomer: Newcomer): void {
    const network = networkOf(newcomer.remoteAddress);
    const present = this.#newcomers.get(network) ?? new Set();
    this.#newcomers.set(network, present.add(newcomer));
  }

  /** It has signed in, or ended. Idempotent. */
  leave(newcomer: Newcomer): void {
    const network = networkOf(newcomer.remoteAddress);
    const present = this.#newcomers.get(network);
    present?.delete(newcomer);
    if (present?.size === 0) this.#newcomers.delete(network);
  }

  /** For somebody of `network`. */
  #nextToLeave(network: string): Newcomer | null {
    const share = 1 + (this.#newcomers.get(network)?.size ?? 0);
    let most = 0;
    let found: Newcomer | null = null;
    for (const present of this.#newcomers.values()) {
      if (present.size <= most) continue;
      const idle = firstIdle(present);
      if (idle === null || (idle.fresh && present.size <= share)) continue;
      most = present.size;
      found = idle;
    }
    return found;
  }
}

function firstIdle(newcomers: Iterable<Newcomer>): Newcomer | null {
  for (const newcomer of newcomers) if (newcomer.idle) return newcomer;
  return null;
}
