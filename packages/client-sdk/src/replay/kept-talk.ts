import type { RouteView, SourceView } from '@sidetone/protocol';
import type { OpusFrame } from '../audio/opus-frame.js';
import { SAMPLES_PER_MS } from '../audio/sample-rate.js';
import { PAUSE_TICKS, spokenFrames, type SpokenFrame } from '../audio/spoken-frame.js';

/** Of a frame besides its packet, roughly. */
const FRAME_OVERHEAD_BYTES = 100;

/** One talkspurt as it came, its packets in order. */
export class KeptTalk {
  readonly id: string;
  readonly source: SourceView;
  /** The way that its first frame came, with the net that it was heard on. */
  readonly route: RouteView;
  /** On the client's clock. */
  readonly startedAtMs: number;
  /** Ids of the client's own nets that it was heard on; none for a whisper. */
  readonly nets: Set<string> = new Set();
  lastFrameAtMs: number;
  #frames: SpokenFrame[] = [];
  #bytes = 0;
  /** Number of the last frame; `null` before it is known. */
  #endSeq: number | null = null;
  #startSeen = false;
  #ended = false;

  constructor(id: string, frame: OpusFrame, nowMs: number) {
    this.id = id;
    this.source = frame.source;
    this.route = frame.route;
    this.startedAtMs = nowMs;
    this.lastFrameAtMs = nowMs;
  }

  get frames(): readonly SpokenFrame[] {
    return this.#frames;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get durationMs(): number {
    const [first, last] = [this.#frames[0], this.#frames.at(-1)];
    if (!first || !last) return 0;
    return (last.time - first.time) / SAMPLES_PER_MS + last.durationMs;
  }

  /** Every frame from the first to the last came. */
  get complete(): boolean {
    const [first, last] = [this.#frames[0], this.#frames.at(-1)];
    if (!first || !last || !this.#startSeen || !this.#ended) return false;
    return last.seq - first.seq === this.#frames.length - 1 && last.seq === this.#endSeq;
  }

  /** Whether the frame is of this talkspurt, or of one after it. */
  includes({ seq, time, start }: OpusFrame): boolean {
    const last = this.#frames.at(-1);
    if (!last || seq <= last.seq) return true;
    if (start || (this.#ended && this.#endSeq !== null && seq > this.#endSeq)) return false;
    return time - last.time < PAUSE_TICKS + last.durationMs * SAMPLES_PER_MS;
  }

  add(frame: OpusFrame, nowMs: number): void {
    this.lastFrameAtMs = nowMs;
    for (const spoken of spokenFrames(frame)) {
      if (spoken.packet.length > 0 && !this.#isBefore(spoken)) this.#insert(spoken);
    }
    if (frame.start) this.#startSeen = true;
    if (!frame.end) return;
    this.#ended = true;
    // An empty frame says only that the one before was the last.
    const last = this.#frames.at(-1);
    this.#endSeq = frame.packet.length > 0 || !last ? frame.seq : Math.max(last.seq, frame.seq - 1);
  }

  /** Lets the beginning go; it is not complete from then on. */
  dropBefore(time: number): void {
    const kept = this.#frames.filter((frame) => frame.time >= time);
    if (kept.length === this.#frames.length) return;
    this.#startSeen = false;
    this.#frames = kept;
    this.#bytes = kept.reduce((sum, frame) => sum + bytesOf(frame), 0);
  }

  /** What a later frame carries of the talkspurt before is not part of this one. */
  #isBefore({ seq }: SpokenFrame): boolean {
    const first = this.#frames[0];
    return this.#startSeen && first !== undefined && seq < first.seq;
  }

  #insert(frame: SpokenFrame): void {
    let at = this.#frames.length;
    while (at > 0 && (this.#frames[at - 1]?.seq ?? 0) > frame.seq) at -= 1;
    if (this.#frames[at - 1]?.seq === frame.seq) return;
    this.#frames.splice(at, 0, frame);
    this.#bytes += bytesOf(frame);
  }
}

function bytesOf({ packet }: SpokenFrame): number {
  return packet.length + FRAME_OVERHEAD_BYTES;
}
