import {
  andThen,
  buildKid,
  decodeBase64,
  ReplayWindow,
  ROUTE_SECRET_BYTES,
  SENDER_BASE_KEY_BYTES,
  type FrameCipher,
  type MaybePromise,
  type Opener,
  type RouteKeys,
  type Sealer,
} from '@sidetone/protocol';
import { clientError } from '../error/client-error.js';

/** What opens the frames of one sender in one epoch, and which of them came before. */
export interface OpenerSlot {
  readonly opener: MaybePromise<Opener>;
  readonly window: ReplayWindow;
}

/** Keys of one epoch of a route: the listener's secret, or only what this client seals with. */
export class EpochKeys {
  readonly epoch: number;
  readonly #cipher: FrameCipher;
  readonly #routeId: Uint8Array;
  readonly #openers = new Map<number, OpenerSlot>();
  readonly #sendKeys = new Map<number, Uint8Array>();
  #secret: Uint8Array | null = null;

  constructor(cipher: FrameCipher, routeId: Uint8Array, epoch: number) {
    this.#cipher = cipher;
    this.#routeId = routeId;
    this.epoch = epoch;
  }

  get listens(): boolean {
    return this.#secret !== null;
  }

  /** Adds what a message brings; the same keys again change nothing. */
  add({ secret, sendKey }: Pick<RouteKeys, 'secret' | 'sendKey'>): void {
    if (secret !== undefined) this.#secret ??= keyBytes(secret, ROUTE_SECRET_BYTES);
    for (const [index, key] of sendKey ?? []) {
      this.#sendKeys.set(index, keyBytes(key, SENDER_BASE_KEY_BYTES));
    }
  }

  /** `null` without the secret. Keys of a sender are derived when its first frame comes. */
  openerSlot(senderIndex: number): OpenerSlot | null {
    const known = this.#openers.get(senderIndex);
    if (known) return known;
    if (this.#secret === null) return null;
    const kid = buildKid(senderIndex, this.epoch);
    const opener = andThen(this.#deriveBaseKey(this.#secret, senderIndex), (baseKey) =>
      this.#cipher.opener(baseKey, kid),
    );
    const slot: OpenerSlot = { opener, window: new ReplayWindow() };
    this.#openers.set(senderIndex, slot);
    return slot;
  }

  canSeal(senderIndex: number): boolean {
    return this.#secret !== null || this.#sendKeys.has(senderIndex);
  }

  /** There must be only one for an index: `SenderSlots` sees to that. */
  makeSealer(senderIndex: number): MaybePromise<Sealer> {
    const kid = buildKid(senderIndex, this.epoch);
    return andThen(this.#senderBaseKey(senderIndex), (baseKey) =>
      this.#cipher.sealer(baseKey, kid),
    );
  }

  forgetSender(senderIndex: number): void {
    this.#openers.delete(senderIndex);
    this.#sendKeys.get(senderIndex)?.fill(0);
    this.#sendKeys.delete(senderIndex);
  }

  /** Overwrites what can be overwritten; frames of the epoch can no longer be opened. */
  wipe(): void {
    this.#secret?.fill(0);
    this.#secret = null;
    for (const key of this.#sendKeys.values()) key.fill(0);
    this.#sendKeys.clear();
    this.#openers.clear();
  }

  #senderBaseKey(senderIndex: number): MaybePromise<Uint8Array> {
    const sendKey = this.#sendKeys.get(senderIndex);
    if (sendKey) return sendKey;
    if (this.#secret !== null) return this.#deriveBaseKey(this.#secret, senderIndex);
    throw clientError('ERR_CLIENT_PROTOCOL', 'there is no key to seal with; ask `canSeal` first');
  }

  #deriveBaseKey(secret: Uint8Array, senderIndex: number): MaybePromise<Uint8Array> {
    return this.#cipher.deriveSenderBaseKey(secret, this.#routeId, this.epoch, senderIndex);
  }
}

function keyBytes(text: string, byteLength: number): Uint8Array {
  const bytes = decodeBase64(text, byteLength);
  if (bytes) return bytes;
  // The text itself may be most of a key and stays out of the message.
  throw clientError('ERR_CLIENT_PROTOCOL', `a key of the server is not ${byteLength} bytes long`);
}
