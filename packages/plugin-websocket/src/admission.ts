import { isLoopback, networkOf } from '@sidetone/core';

export interface AdmissionLimits {
  readonly perAddress: number;
  readonly total: number;
}

/** Gives a place back; idempotent. */
export type ReleasePlace = () => void;

export type AdmissionResult =
  | { readonly admitted: true; readonly release: ReleasePlace }
  | { readonly admitted: false; readonly reason: 'full' | 'addressFull' };

/**
 * Places for connections: all of them, or those that have not signed in yet. On loopback only the
 * total counts: behind a proxy on this machine everybody comes from there.
 */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #perNetwork = new Map<string, number>();
  #total = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  admit(address: string): AdmissionResult {
    const network = networkOf(address);
    const present = this.#perNetwork.get(network) ?? 0;
    if (this.#total >= this.#limits.total) return { admitted: false, reason: 'full' };
    if (present >= this.#limits.perAddress && !isLoopback(address)) {
      return { admitted: false, reason: 'addressFull' };
    }
    this.#total += 1;
    this.#perNetwork.set(network, present + 1);
    let released = false;
    const release = (): void => {
      if (released) return;
      released = true;
      this.#release(network);
    };
    return { admitted: true, release };
  }

  #release(network: string): void {
    this.#total -= 1;
    const left = (this.#perNetwork.get(network) ?? 0) - 1;
    if (left > 0) this.#perNetwork.set(network, left);
    else this.#perNetwork.delete(network);
  }
}
