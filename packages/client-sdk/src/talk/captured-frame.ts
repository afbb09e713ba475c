import type { FrameDurationMs } from '@sidetone/protocol';
import type { FrameStamp } from './source-timeline.js';
import type { SpeechFrame } from './source-encoder.js';
import type { OutgoingFrame } from './talk-sender.js';

/**
 * A frame that may be sent more than once: now to one target, and again as the pre-roll of another.
 * It is encoded once and has one number, wherever it goes.
 */
export class CapturedFrame {
  readonly startMs: number;
  readonly endMs: number;
  readonly durationMs: FrameDurationMs;
  readonly levelDbfs: number | null;
  readonly voiceProbability: number | null;
  /** `null` while it has not been sent. */
  stamp: FrameStamp | null = null;
  /** Ids of the routes that have it. */
  readonly routes: Set<string> = new Set();
  readonly #speech: SpeechFrame;
  #outgoing: OutgoingFrame | null = null;

  /** @param startMs when its first sample was captured */
  constructor(speech: SpeechFrame, startMs: number, voiceProbability: number | null = null) {
    this.#speech = speech;
    this.startMs = startMs;
    this.durationMs = speech.durationMs;
    this.endMs = startMs + speech.durationMs;
    this.levelDbfs = speech.levelDbfs;
    this.voiceProbability = voiceProbability;
  }

  encode(): OutgoingFrame {
    this.#outgoing ??= this.#speech.encode();
    return this.#outgoing;
  }
}
