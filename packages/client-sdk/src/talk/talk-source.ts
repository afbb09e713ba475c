import type { Codec } from '@sidetone/protocol';
import type { AudioSource, OpusSource } from '../audio/audio-source.js';
import type { Framer } from '../audio/framer.js';
import { SAMPLES_PER_MS } from '../audio/sample-rate.js';
import type { Clock } from '../clock/clock.js';
import { clientError } from '../error/client-error.js';
import { CaptureTimeline } from '../gate/capture-timeline.js';
import { LevelMeter, type MeterReading } from '../gate/level-meter.js';
import { CapturedFrame } from './captured-frame.js';
import type { FrameGate } from './frame-gate.js';
import { FrameReader } from './frame-reader.js';
import { SourceEncoder, type SpeechFrame } from './source-encoder.js';
import { resolveSourceSettings, type SourceSettings } from './source-settings.js';
import type { TalkSender } from './talk-sender.js';

export interface TalkSourceParts {
  readonly name: string;
  readonly codec: Codec;
  readonly clock: Clock;
  readonly settings: SourceSettings | undefined;
  /** The source's sender in the current session; `null` before its first target. */
  readonly sender: () => TalkSender | null;
  readonly report: (cause: unknown) => void;
}

/** What whoever captures knows of the samples. */
export interface CaptureDetails {
  /** When the first sample was captured, on `client.clock`; estimated from the arrival otherwise. */
  readonly timeMs?: number;
  /** That this is speech, 0-1, by a detector such as that of a noise suppressor. */
  readonly voiceProbability?: number;
}

/**
 * Something that talks: a microphone, music. It has one encoder, and what it is fed goes to those
 * of its targets that are started; while none is, nothing is encoded and nothing leaves.
 */
export class TalkSource {
  readonly name: string;
  readonly #parts: TalkSourceParts;
  readonly #encoder: SourceEncoder;
  readonly #meter: LevelMeter;
  readonly #timeline = new CaptureTimeline();
  #gate: FrameGate | null = null;
  #writer: Framer | null = null;
  /** Of the frame that is not complete yet. */
  #carriedMs = 0;
  #voiceProbability: number | null = null;
  #user: string | null = null;

  constructor(parts: TalkSourceParts) {
    this.name = parts.name;
    this.#parts = parts;
    this.#encoder = new SourceEncoder(
      parts.codec,
      resolveSourceSettings(parts.name, parts.settings),
    );
    this.#meter = new LevelMeter(SAMPLES_PER_MS * this.channels);
  }

  /** Channels that `write` expects. */
  get channels(): 1 | 2 {
    return this.#encoder.settings.channels;
  }

  /** How loud it is, whether it is sent or not; of encoded packets it is unknown. */
  get level(): MeterReading {
    return this.#meter.reading;
  }

  /** For `TalkTarget.play`. */
  get encoder(): SourceEncoder {
    return this.#encoder;
  }

  /** For keyboards: one of them decides at a time. Throws `ERR_CLIENT_STATE`. */
  attach(gate: FrameGate): void {
    if (this.#gate !== null) {
      throw clientError(
        'ERR_CLIENT_STATE',
        `source "${this.name}" has a keyboard already; use that one, or close it`,
      );
    }
    this.#gate = gate;
  }

  detach(gate: FrameGate): void {
    if (this.#gate === gate) this.#gate = null;
  }

  /**
   * Feeds samples as they are captured: 48 kHz floats in -1..1, interleaved, any number of them.
   * Ignored while a target plays from this source.
   */
  write(samples: Float32Array, { timeMs, voiceProbability }: CaptureDetails = {}): void {
    if (this.#user !== null) return;
    this.#writer ??= this.#encoder.framer(this.channels);
    const durationMs = samples.length / (SAMPLES_PER_MS * this.channels);
    const now = this.#parts.clock.now();
    let startMs = this.#timeline.place(durationMs, now, timeMs) - this.#carriedMs;
    this.#carriedMs += durationMs;
    this.#likelier(voiceProbability);
    this.#meter.add(samples);
    for (const frame of this.#writer.add(samples)) {
      const speech = this.#encoder.frame(frame);
      this.#offer(new CapturedFrame(speech, startMs, this.#voiceProbability));
      startMs += speech.durationMs;
      this.#carriedMs -= speech.durationMs;
      this.#voiceProbability = voiceProbability ?? null;
    }
  }

  /**
   * Feeds a live source, such as a microphone, until it ends or the signal says stop. Throws
   * `ERR_CLIENT_STATE` while something else is fed or played.
   */
  async feed(source: AudioSource | OpusSource, signal?: AbortSignal): Promise<void> {
    const until = signal ?? new AbortController().signal;
    await this.#occupy('feed', async () => {
      const reader = new FrameReader(this.#encoder.frames(source), until);
      try {
        for (let frame = await reader.next(); frame; frame = await reader.next()) {
          this.#take(frame);
        }
      } finally {
        reader.close(this.#parts.report);
      }
    });
  }

  /** Runs what needs the source for itself: two voices cannot share one encoder. */
  occupy<T>(user: string, run: () => Promise<T>): Promise<T> {
    return this.#occupy(user, () => {
      this.#gate?.suspend();
      return run();
    });
  }

  close(): void {
    this.#encoder.close();
  }

  async #occupy<T>(user: string, run: () => Promise<T>): Promise<T> {
    if (this.#user !== null) {
      throw clientError(
        'ERR_CLIENT_STATE',
        `source "${this.name}" is in use by "${this.#user}"; wait for its end, or use another source`,
      );
    }
    this.#user = user;
    try {
      return await run();
    } finally {
      this.#user = null;
    }
  }

  #take(frame: SpeechFrame): void {
    if (frame.samples) this.#meter.add(frame.samples);
    const startMs = this.#timeline.place(frame.durationMs, this.#parts.clock.now());
    this.#offer(new CapturedFrame(frame, startMs));
  }

  #offer(frame: CapturedFrame): void {
    if (this.#gate) return this.#gate.offer(frame);
    const sender = this.#parts.sender();
    if (sender?.wanted) sender.send(frame.encode());
  }

  /** Of the chunks of one frame the one that is most like speech decides. */
  #likelier(probability: number | undefined): void {
    if (probability === undefined) return;
    this.#voiceProbability = Math.max(probability, this.#voiceProbability ?? 0);
  }
}
