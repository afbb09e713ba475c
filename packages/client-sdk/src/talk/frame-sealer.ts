import {
  andThen,
  buildEarlierFrames,
  buildPayload,
  buildUplinkBody,
  SENDER_PART_BYTES,
  writeSenderPart,
  type EarlierFrame,
  type MaybePromise,
  type SenderPart,
} from '@sidetone/protocol';
import { InOrder } from '../voice/in-order.js';
import type { Lane } from './lane-selection.js';

/** The key of one source on one route; each call takes the next counter. */
export interface SealingSlot {
  seal(metadata: Uint8Array, payload: Uint8Array): MaybePromise<Uint8Array>;
}

export interface SealingKeys {
  byId(routeId: string): { senderSlot(sourceId: string): SealingSlot | null } | undefined;
}

export interface FrameSealerParts {
  readonly keys: SealingKeys;
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

/** Ready to be sealed: nothing of it is still being encoded. */
interface EncodedFrame {
  readonly sourceId: string;
  readonly lane: Lane;
  readonly sender: SenderPart;
  readonly payload: Uint8Array;
}

const NONE: readonly EarlierFrame[] = [];

/** Seals frames of one source for the routes of its lanes and sends them in the order of sealing. */
export class FrameSealer {
  readonly #parts: FrameSealerParts;
  /** The counter of a key goes up in the order of the frames, however long each takes to encode. */
  readonly #encoding: InOrder<EncodedFrame>;
  readonly #sealing: InOrder<SealedFrame>;

  constructor(parts: FrameSealerParts) {
    this.#parts = parts;
    this.#encoding = new InOrder((frame) => this.#seal(frame), parts.failed);
    this.#sealing = new InOrder(
      ({ lane, body, durationMs }) => parts.send(body, lane.priority, durationMs),
      parts.failed,
    );
  }

  /** @param earlier frames that went on the same lane before, to be carried along */
  seal(
    sourceId: string,
    lane: Lane,
    sender: SenderPart,
    opus: MaybePromise<Uint8Array>,
    earlier: MaybePromise<readonly EarlierFrame[]> = NONE,
  ): void {
    this.#encoding.add(
      andThen(opus, (packet) =>
        andThen(earlier, (frames): EncodedFrame => {
          const tlv = frames.length === 0 ? [] : [buildEarlierFrames(frames)];
          return { sourceId, lane, sender, payload: buildPayload(packet, tlv) };
        }),
      ),
    );
  }

  /** Resolves when everything given so far has been sent. */
  async drained(): Promise<void> {
    await this.#encoding.settled();
    await this.#sealing.settled();
  }

  #seal({ sourceId, lane, sender, payload }: EncodedFrame): void {
    const slot = this.#parts.keys.byId(lane.route.id)?.senderSlot(sourceId);
    if (!slot) return this.#parts.keyMissing(lane.route.id);
    const part = new Uint8Array(SENDER_PART_BYTES);
    writeSenderPart(part, 0, sender);
    const { durationMs } = sender;
    this.#sealing.add(
      andThen(slot.seal(part, payload), (sealed) => {
        return { lane, body: buildUplinkBody(lane.handle, part, sealed), durationMs };
      }),
    );
  }
}
