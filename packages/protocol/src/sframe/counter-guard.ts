import { protocolError } from '../error/protocol-error.js';
import { MAX_U32, requireUint } from '../media/require-field.js';

/**
 * Lets each counter of a sealer pass once and upwards only. Two frames under one AES-GCM nonce
 * reveal the XOR of their plaintexts and the authentication key (NIST SP 800-38D section 8), so a
 * caller that lost its count must be stopped, not served.
 */
export class CounterGuard {
  #last = -1;

  pass(ctr: number): void {
    requireUint('frame counter', ctr, MAX_U32);
    if (ctr <= this.#last) {
      throw protocolError(
        'ERR_PROTOCOL_COUNTER_REUSED',
        `"${ctr}" was passed or skipped as a frame counter: seal on with one above ${this.#last}`,
        { ctr, last: this.#last },
      );
    }
    this.#last = ctr;
  }
}
