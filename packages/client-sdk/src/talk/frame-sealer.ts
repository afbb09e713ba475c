import {
  andThen,
  buildEarlierFrames,
  buildPayload,
  buildUplinkBody,
  SENDER_PART_BYTES,
  writeSenderPart,
  type EarlierFrame,
  type SenderPart,
} from '@sidetone/protocol';
import type { RouteRing } from '../key/route-ring.js';
import { InOrder } from '../voice/in-order.js';
import type { Lane } from './lane-selection.js';

export interface FrameSealerParts {
  readonly keys: { byId(routeId: string): Pick<RouteRing, 'senderSlot'> | undefined };
  /** One uplink media body, sealed. */
  readonly send: (body: Uint8Array, priority: number, durationMs: number) => void;
  /** There is no key for the lane's route (yet, or any more): the frame cannot be sent. */
  readonly keyMissing: (routeId: string) => void;
  readonly failed: (cause: unknown) => void;
}

interface SealedFrame {
  readonly lane: Lane;
  readonly body: Uint8Array;
  readonly durationMs: number;
}

const NONE: readonly EarlierFrame[] = [];

/** Seals frames of one source for the routes of its lanes and sends them in the order of sealing. */
export class FrameSealer {
  readonly #parts: FrameSealerParts;
  readonly #order: InOrder<SealedFrame>;

  constructor(parts: FrameSealerParts) {
    this.#parts = parts;
    this.#order = new InOrder(
      ({ lane, body, durationMs }) => parts.send(body, lane.priority, durationMs),
      parts.failed,
    );
  }

  /** @param earlier frames that went on the same lane before, to be carried along */
  seal(
    sourceId: string,
    lane: Lane,
    sender: SenderPart,
    opus: Uint8Array,
    earlier: readonly EarlierFrame[] = NONE,
  ): void {
    const slot = this.#parts.keys.byId(lane.route.id)?.senderSlot(sourceId);
    if (!slot) return this.#parts.keyMissing(lane.route.id);
    const part = new Uint8Array(SENDER_PART_BYTES);
    writeSenderPart(part, 0, sender);
    const { durationMs } = sender;
    const payload = buildPayload(opus, earlier.length === 0 ? [] : [buildEarlierFrames(earlier)]);
    this.#order.add(
      andThen(slot.seal(part, payload), (sealed) => {
        return { lane, body: buildUplinkBody(lane.handle, part, sealed), durationMs };
      }),
    );
  }

  /** Resolves when everything sealed so far has been sent. */
  drained(): Promise<void> {
    return this.#order.settled();
  }
}
