import {
  EPOCHS_IN_KID,
  parseKid,
  RouteSenders,
  uuidBytes,
  type FrameCipher,
  type RouteKeys,
  type RouteView,
  type SourceView,
} from '@sidetone/protocol';
import { EpochKeys, type OpenerSlot } from './epoch-keys.js';
import type { SenderSlot, SenderSlots } from './sender-slots.js';

export type Senders = RouteKeys['senders'];

/** What a KID means on this route now. */
export type KidResolution =
  | { readonly ok: true; readonly source: SourceView; readonly slot: OpenerSlot }
  /** Asking the server helps with the first two; without the secret nothing does. */
  | { readonly ok: false; readonly reason: 'unknownEpoch' | 'unknownSender' | 'noSecret' };

/** Epochs of which the server lets no more than this many live. */
const MAX_EPOCHS = EPOCHS_IN_KID;

/** Keys and senders of one route. A sender belongs to the route and outlives its epochs. */
export class RouteRing {
  readonly #cipher: FrameCipher;
  readonly #slots: SenderSlots;
  readonly #routeId: Uint8Array;
  readonly #epochs = new Map<number, EpochKeys>();
  readonly #senders = new RouteSenders((index) => this.#forgetSender(index));
  #route: RouteView;
  #active: EpochKeys | null = null;

  constructor(route: RouteView, cipher: FrameCipher, slots: SenderSlots) {
    this.#route = route;
    this.#cipher = cipher;
    this.#slots = slots;
    this.#routeId = uuidBytes(route.id);
  }

  get route(): RouteView {
    return this.#route;
  }

  get activeEpoch(): number | null {
    return this.#active?.epoch ?? null;
  }

  /** Holds what a message brings, whether the epoch is known or not. */
  install(keys: RouteKeys): void {
    this.#route = keys.route;
    this.addSenders(keys.senders);
    if (this.#active !== null && keys.epoch < this.#active.epoch && !this.#epochs.has(keys.epoch)) {
      return;
    }
    const epoch = this.#epochs.get(keys.epoch) ?? this.#openEpoch(keys.epoch);
    epoch.add(keys);
  }

  addSenders(senders: Senders): void {
    this.#senders.add(senders);
  }

  forgetSession(sessionId: string): void {
    this.#senders.forgetSession(sessionId);
  }

  /**
   * Seals with this epoch from now on. Returns the epochs that it replaces, or `null` where it is
   * not held; an older epoch than the active one changes nothing.
   */
  activate(epoch: number): readonly number[] | null {
    const keys = this.#epochs.get(epoch);
    if (!keys) return this.#active !== null && epoch < this.#active.epoch ? [] : null;
    if (this.#active === null || epoch > this.#active.epoch) this.#active = keys;
    return [...this.#epochs.keys()].filter((other) => other < epoch);
  }

  dropEpoch(epoch: number): void {
    if (epoch === this.#active?.epoch) return;
    this.#epochs.get(epoch)?.wipe();
    this.#epochs.delete(epoch);
  }

  resolve(kid: number): KidResolution {
    const { senderIndex, epochLow } = parseKid(kid);
    const epoch = this.#epochByLow(epochLow);
    if (!epoch) return { ok: false, reason: 'unknownEpoch' };
    if (!epoch.listens) return { ok: false, reason: 'noSecret' };
    const source = this.#senders.sourceOf(senderIndex);
    if (!source) return { ok: false, reason: 'unknownSender' };
    const slot = epoch.openerSlot(senderIndex);
    return slot ? { ok: true, source, slot } : { ok: false, reason: 'noSecret' };
  }

  /** What seals this source's frames; `null` while the server has not told its index or key. */
  senderSlot(sourceId: string): SenderSlot | null {
    const index = this.#senders.indexOf(sourceId);
    const active = this.#active;
    if (index === undefined || active === null || !active.canSeal(index)) return null;
    return this.#slots.slot(this.#route.id, active.epoch, index, () => active.makeSealer(index));
  }

  /** Drops the keys, but not the counters: should the keys come again, these have to go on. */
  wipe(): void {
    for (const epoch of this.#epochs.values()) epoch.wipe();
    this.#epochs.clear();
    this.#active = null;
  }

  #forgetSender(index: number): void {
    for (const epoch of this.#epochs.values()) epoch.forgetSender(index);
  }

  #openEpoch(number: number): EpochKeys {
    const epoch = new EpochKeys(this.#cipher, this.#routeId, number);
    this.#epochs.set(number, epoch);
    if (this.#epochs.size > MAX_EPOCHS) this.dropEpoch(Math.min(...this.#epochs.keys()));
    return epoch;
  }

  /** Of two epochs that look alike in a KID, which 16 rotations within 2 s would give: the newer. */
  #epochByLow(epochLow: number): EpochKeys | undefined {
    let newest: EpochKeys | undefined;
    for (const keys of this.#epochs.values()) {
      if (keys.epoch % EPOCHS_IN_KID !== epochLow) continue;
      if (!newest || keys.epoch > newest.epoch) newest = keys;
    }
    return newest;
  }
}
