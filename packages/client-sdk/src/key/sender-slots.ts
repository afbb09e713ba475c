import { andThen, type MaybePromise, type Sealer } from '@sidetone/protocol';

/** What seals for one (route, epoch, sender index), with its counter. */
export class SenderSlot {
  readonly #sealer: MaybePromise<Sealer>;
  #nextCtr = 0;

  constructor(sealer: MaybePromise<Sealer>) {
    this.#sealer = sealer;
  }

  /** Takes the next counter at once; the bytes come in the same turn where the cipher allows. */
  seal(metadata: Uint8Array, plaintext: Uint8Array): MaybePromise<Uint8Array> {
    const ctr = this.#nextCtr++;
    return andThen(this.#sealer, (sealer) => sealer.seal(ctr, metadata, plaintext));
  }
}

interface RouteSlots {
  epoch: number;
  readonly byIndex: Map<number, SenderSlot>;
}

/**
 * Counters of everything this session has ever sealed with. They outlive the membership: who
 * leaves a net and comes back within the epoch must go on counting, for one counter used twice
 * gives the key away.
 */
export class SenderSlots {
  readonly #routes = new Map<string, RouteSlots>();

  /** `null` for an epoch older than one already sealed with, whose counters are gone. */
  slot(
    routeId: string,
    epoch: number,
    senderIndex: number,
    makeSealer: () => MaybePromise<Sealer>,
  ): SenderSlot | null {
    const slots = this.#slotsOf(routeId, epoch);
    if (epoch < slots.epoch) return null;
    const known = slots.byIndex.get(senderIndex);
    if (known) return known;
    const slot = new SenderSlot(makeSealer());
    slots.byIndex.set(senderIndex, slot);
    return slot;
  }

  /** For routes that never come back: whispers and shouts get a new id each time. */
  forget(routeId: string): void {
    this.#routes.delete(routeId);
  }

  #slotsOf(routeId: string, epoch: number): RouteSlots {
    const known = this.#routes.get(routeId);
    if (known && known.epoch >= epoch) return known;
    const slots: RouteSlots = { epoch, byIndex: new Map() };
    this.#routes.set(routeId, slots);
    return slots;
  }
}
