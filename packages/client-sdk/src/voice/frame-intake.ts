import {
  andThen,
  DOWNLINK_SENDER_OFFSET,
  LEVEL_WITHHELD,
  parseDownlinkBody,
  parsePayload,
  parseSframeHeader,
  readEarlierFrames,
  SENDER_PART_BYTES,
  type EarlierFrame,
  type MaybePromise,
  type RouteView,
  type SenderPart,
  type SourceView,
} from '@sidetone/protocol';
import type { OpusFrame } from '../audio/opus-frame.js';
import type { Clock } from '../clock/clock.js';
import type { OpenerSlot } from '../key/epoch-keys.js';
import type { KeyRing } from '../key/key-ring.js';
import { HeldFrames } from './held-frames.js';
import { InOrder } from './in-order.js';
import { SourceStream } from './source-stream.js';

export interface FrameIntakeParts {
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly deliver: (frame: OpusFrame) => void;
  /** The keys of a route that is held are not enough. */
  readonly keysMissing: (routeId: string) => void;
  readonly count: (reason: string) => void;
  readonly failed: (cause: unknown) => void;
}

interface Opened {
  readonly route: RouteView;
  readonly source: SourceView;
  readonly sender: SenderPart;
  readonly slot: OpenerSlot;
  readonly ctr: number;
  readonly plaintext: Uint8Array | null;
}

interface Talker {
  readonly stream: SourceStream;
  readonly order: InOrder<Opened>;
}

/** Sources beyond this many are forgotten, the one longest silent first. */
const MAX_TALKERS = 1_024;

/**
 * From a downlink body to an opened frame: handle and KID to source and key, the tag, replays,
 * copies. Frames are opened on arrival, so that nothing unauthenticated gets any further.
 */
export class FrameIntake {
  readonly #parts: FrameIntakeParts;
  readonly #held = new HeldFrames();
  readonly #talkers = new Map<string, Talker>();

  constructor(parts: FrameIntakeParts) {
    this.#parts = parts;
  }

  /** Frames that waited in vain for a handle or a key. */
  get heldInVain(): number {
    return this.#held.dropped;
  }

  /** @param body a view; it is copied if it has to be kept */
  receive(body: Uint8Array): void {
    this.#open(body, this.#parts.clock.now(), false);
  }

  /** Tries again what waited for news of this route. */
  retry(routeHandle: number): void {
    const now = this.#parts.clock.now();
    for (const { body, heldAt } of this.#held.take(routeHandle, now)) {
      this.#open(body, heldAt, true);
    }
  }

  #open(body: Uint8Array, arrivedAt: number, kept: boolean): void {
    const { keys, count } = this.#parts;
    const frame = parseDownlinkBody(body);
    if (!frame.ok) return count(frame.reason);
    const header = parseSframeHeader(body, frame.sealedOffset);
    if (!header.ok) return count(header.reason);
    const ring = keys.byHandle(frame.routeHandle);
    const key = ring?.resolve(header.kid);
    if (!ring || !key) return this.#hold(frame.routeHandle, body, arrivedAt, kept);
    if (!key.ok) {
      if (key.reason === 'noSecret') return count(key.reason);
      this.#hold(frame.routeHandle, body, arrivedAt, kept);
      return this.#parts.keysMissing(ring.route.id);
    }
    const { source, slot } = key;
    if (source.handle !== frame.sourceHandle) return count('foreignSource');
    if (!slot.window.check(header.ctr)) return count('replayed');
    const plaintext = openSealed(slot, body, frame.sealedOffset);
    const { route } = ring;
    const { sender } = frame;
    this.#talkerOf(source).order.add(
      andThen(plaintext, (bytes): Opened => {
        return { route, source, sender, slot, ctr: header.ctr, plaintext: bytes };
      }),
    );
  }

  #hold(routeHandle: number, body: Uint8Array, heldAt: number, kept: boolean): void {
    const frame = { body: kept ? body : body.slice(), heldAt };
    this.#held.hold(routeHandle, frame, this.#parts.clock.now());
  }

  #finish(talker: Talker, opened: Opened): void {
    const { count, clock, deliver } = this.#parts;
    const { plaintext, slot, sender } = opened;
    if (plaintext === null) return count('badTag');
    // Asked again: an asynchronous cipher may have had two copies under way at once.
    if (!slot.window.accept(opened.ctr)) return count('replayed');
    const payload = parsePayload(plaintext);
    if (!payload.ok) return count(payload.reason);
    const earlier = readEarlierFrames(payload.tlv);
    if (earlier === null) return count('malformedExtension');
    // A copy: a cipher may give a Buffer, whose methods are not all those of its type.
    const packet = new Uint8Array(payload.opus);
    const position = talker.stream.place(sender, packet.length === 0, clock.now());
    if (position === null) return count('copy');
    const { route, source } = opened;
    const { start, end, durationMs } = sender;
    const level = sender.level === LEVEL_WITHHELD ? null : sender.level & 0x7f;
    const redundancy = earlier.length === 0 ? {} : { redundancy: earlier.map(copyOf) };
    deliver({ source, route, ...position, durationMs, start, end, level, packet, ...redundancy });
  }

  #talkerOf(source: SourceView): Talker {
    const known = this.#talkers.get(source.id);
    if (known) return known;
    if (this.#talkers.size >= MAX_TALKERS) this.#forgetOldest();
    const talker: Talker = {
      stream: new SourceStream(),
      order: new InOrder<Opened>(
        (opened) => this.#finish(talker, opened),
        (cause) => this.#parts.failed(cause),
      ),
    };
    this.#talkers.set(source.id, talker);
    return talker;
  }

  #forgetOldest(): void {
    let oldest: string | null = null;
    let oldestAt = Infinity;
    for (const [id, { stream }] of this.#talkers) {
      if (stream.lastAt < oldestAt) [oldest, oldestAt] = [id, stream.lastAt];
    }
    if (oldest !== null) this.#talkers.delete(oldest);
  }
}

function copyOf({ seqOffset, packet }: EarlierFrame): EarlierFrame {
  return { seqOffset, packet: new Uint8Array(packet) };
}

function openSealed(
  slot: OpenerSlot,
  body: Uint8Array,
  sealedOffset: number,
): MaybePromise<Uint8Array | null> {
  const sealed = body.subarray(sealedOffset);
  const metadata = body.subarray(
    DOWNLINK_SENDER_OFFSET,
    DOWNLINK_SENDER_OFFSET + SENDER_PART_BYTES,
  );
  // With an opener that is still being derived the view would have to outlive this turn.
  if (slot.opener instanceof Promise) {
    const [sealedCopy, metadataCopy] = [sealed.slice(), metadata.slice()];
    return slot.opener.then((opener) => opener.open(sealedCopy, metadataCopy));
  }
  return slot.opener.open(sealed, metadata);
}
