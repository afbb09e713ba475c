import { ReplayWindow } from '@sidetone/protocol';
import type { Clock } from '../contracts/clock.js';
import type { FrameOrigin, PortKeys } from './port-keys.js';
import type { OpenedFrame, SealedFrame } from './received-frame.js';
import type { SharedFrame } from './shared-frame.js';

/** Frames that wait for their keys, which come with the answer to a join. */
const MAX_HELD = 50;
const MAX_HELD_MS = 1_000;

/** After this long without a frame, a source's numbers are taken as they come. */
const FORGET_SOURCE_MS = 5_000;

export type FrameConsumer =
  | { readonly frames: 'opened'; readonly onFrame: (frame: OpenedFrame) => void }
  | { readonly frames: 'sealed'; readonly onFrame: (frame: SealedFrame) => void };

interface SourceNumbers {
  /** Frames of one source may come twice, through two of its targets. */
  readonly seen: ReplayWindow;
  atMs: number;
}

/** Turns downlink packets into what the port's program wants, each frame of a source once. */
export class FrameInlet {
  readonly #clock: Clock;
  readonly #keys: PortKeys;
  readonly #consumer: FrameConsumer;
  readonly #sources = new Map<string, SourceNumbers>();
  #held: { readonly frame: SharedFrame; readonly atMs: number }[] = [];

  constructor(clock: Clock, keys: PortKeys, consumer: FrameConsumer) {
    this.#clock = clock;
    this.#keys = keys;
    this.#consumer = consumer;
  }

  receive(frame: SharedFrame): void {
    if (this.#deliver(frame)) return;
    this.#held.push({ frame, atMs: this.#clock.now() });
    if (this.#held.length > MAX_HELD) this.#held.shift();
  }

  /** New keys are here: frames that waited for them go first. */
  retry(): void {
    const sinceMs = this.#clock.now() - MAX_HELD_MS;
    const waiting = this.#held;
    this.#held = [];
    this.#held = waiting.filter(({ frame, atMs }) => atMs >= sinceMs && !this.#deliver(frame));
  }

  clear(): void {
    this.#held = [];
    this.#sources.clear();
  }

  /** Whether the frame is done with: handed on, or found to be none. */
  #deliver(frame: SharedFrame): boolean {
    const { header, kid } = frame;
    if (header === null || kid === null) return true;
    const origin = this.#keys.originOf(header.routeHandle, header.sourceHandle, kid);
    if (origin === null) return false;
    const facts = {
      ...header.sender,
      talker: origin.source.session,
      source: origin.source,
      route: origin.route,
    };
    const opus = frame.open(origin.opener);
    if (opus === null || !this.#isFirst(origin, header.sender.seq)) return true;
    if (this.#consumer.frames === 'opened') this.#consumer.onFrame({ ...facts, opus });
    else {
      const { senderPart, sealed } = frame;
      this.#consumer.onFrame({ ...facts, senderPart, sealed });
    }
    return true;
  }

  #isFirst({ source }: FrameOrigin, seq: number): boolean {
    const nowMs = this.#clock.now();
    let numbers = this.#sources.get(source.id);
    if (numbers === undefined || nowMs - numbers.atMs > FORGET_SOURCE_MS) {
      this.#forgetSilent(nowMs);
      numbers = { seen: new ReplayWindow(), atMs: nowMs };
      this.#sources.set(source.id, numbers);
      // Room below the first number for frames that come late.
      numbers.seen.accept(0x1_0000 + seq);
      return true;
    }
    numbers.atMs = nowMs;
    return numbers.seen.accept(unwrap(seq, numbers.seen.highest));
  }

  /** Or everyone who was ever heard would stay. */
  #forgetSilent(nowMs: number): void {
    for (const [id, { atMs }] of this.#sources) {
      if (nowMs - atMs > FORGET_SOURCE_MS) this.#sources.delete(id);
    }
  }
}

/** The number nearest to `highest` that ends in the 16 bits of `seq`. */
function unwrap(seq: number, highest: number): number {
  const ahead = (seq - highest) & 0xffff;
  return highest + (ahead < 0x8000 ? ahead : ahead - 0x1_0000);
}
