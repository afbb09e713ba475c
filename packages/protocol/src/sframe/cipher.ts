import type { MaybePromise } from './maybe-promise.js';

/**
 * SFrame (RFC 9605) with suite 0x0004, AES_128_GCM_SHA256_128, and Sidetone's derivation of sender
 * keys. Two implementations give the same bytes: the synchronous one of Node, and WebCrypto's.
 */
export interface FrameCipher {
  /**
   * Base key of one sender on one route in one epoch.
   * @param secret the route's secret of that epoch, 32 bytes
   * @param routeId 16 bytes
   */
  deriveSenderBaseKey(
    secret: Uint8Array,
    routeId: Uint8Array,
    epoch: number,
    senderIndex: number,
  ): MaybePromise<Uint8Array>;
  /** Seals for one KID. There must be only one sealer for a (base key, KID) at any time. */
  sealer(baseKey: Uint8Array, kid: number): MaybePromise<Sealer>;
  /** Opens what was sealed for one KID. */
  opener(baseKey: Uint8Array, kid: number): MaybePromise<Opener>;
}

export interface Sealer {
  /**
   * Seals one frame: SFrame header, ciphertext, 16-byte tag.
   *
   * @param ctr 0 to 2^32 - 1, higher than in every call before: one reused counter gives the key
   *   away. A lower or equal one throws `ERR_PROTOCOL_COUNTER_REUSED`.
   * @param metadata authenticated but sent beside the object: the eight bytes of the sender part
   */
  seal(ctr: number, metadata: Uint8Array, plaintext: Uint8Array): MaybePromise<Uint8Array>;
}

export interface Opener {
  /**
   * Plaintext of an SFrame object; `null` when it is none, names another KID, or its tag does not
   * fit object and metadata. Judges no replay: that is the caller's window, after the tag.
   */
  open(sframe: Uint8Array, metadata: Uint8Array): MaybePromise<Uint8Array | null>;
}
