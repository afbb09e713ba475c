import type { Codec } from '@sidetone/protocol';
import type { AudioSource, OpusSource } from '../audio/audio-source.js';
import { SAMPLES_PER_MS } from '../audio/sample-rate.js';
import type { Clock } from '../clock/clock.js';
import { CodecAdaptation } from '../codec-policy/codec-adaptation.js';
import type { LinkReport } from '../codec-policy/link-report.js';
import { clientError } from '../error/client-error.js';
import { CaptureTimeline } from '../gate/capture-timeline.js';
import { LevelMeter, type MeterReading } from '../gate/level-meter.js';
import { CapturedFrame } from './captured-frame.js';
import type { FrameGate } from './frame-gate.js';
import { FrameReader } from './frame-reader.js';
import { SourceEncoder, type RenewableFramer, type SpeechFrame } from './source-encoder.js';
import { resolveSourceSettings, type Latency, type SourceSettings } from './source-settings.js';
import type { TalkSender } from './talk-sender.js';

export interface TalkSourceParts {
  readonly name: string;
  readonly codec: Codec;
  readonly clock: Clock;
  readonly settings: SourceSettings | undefined;
  readonly latency?: Latency;
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
  /** `null`: its settings stay as they are. */
  readonly #adaptation: CodecAdaptation | null;
  readonly #meter: LevelMeter;
  readonly #timeline = new CaptureTimeline();
  #gate: FrameGate | null = null;
  #writer: RenewableFramer | null = null;
  /** Of the frame that is not complete yet. */
  #carriedMs = 0;
  #voiceProbability: number | null = null;
  #user: string | null = null;

  constructor(parts: TalkSourceParts) {
    this.name = parts.name;
    this.#parts = parts;
    const { encoder, adaptive } = resolveSourceSettings(parts.name, parts.settings, parts.latency);
    this.#encoder = new SourceEncoder(parts.codec, encoder);
    this.#adaptation = adaptive ? new CodecAdaptation(encoder) : null;
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
    const writer = this.#renewedWriter();
    const durationMs = samples.length / (SAMPLES_PER_MS * this.channels);
    const now = this.#parts.clock.now();
    let startMs = this.#timeline.place(durationMs, now, timeMs) - this.#carriedMs;
    this.#carriedMs += durationMs;
    this.#likelier(voiceProbability);
    this.#meter.add(samples);
    for (const frame of writer.framer.add(samples)) {
      const speech = this.#encoder.frame(frame, writer.durationMs);
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
      const frames = this.#encoder.frames(source, until, () => this.#silent);
      const reader = new FrameReader(frames, until);
      try {
        for (let frame = await reader.next(); frame; frame = await reader.next()) {
          this.#take(frame);
        }
      } finally {
        reader.close(this.#parts.report);
      }
    });
  }

  /** News of the way that its frames take, once a second while it talks. */
  follow(report: LinkReport): void {
    const sender = this.#parts.sender();
    if (!this.#adaptation || !sender) return;
    const choice = this.#adaptation.report(report);
    this.#encoder.follow(choice);
    sender.earlierFrames = choice.earlierFrames;
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

  /** A talkspurt has frames of one duration. */
  #renewedWriter(): RenewableFramer {
    const { frameDurationMs } = this.#encoder.settings;
    const isOld = this.#writer !== null && this.#writer.durationMs !== frameDurationMs;
    if (this.#writer && !(isOld && this.#silent)) return this.#writer;
    this.#carriedMs = 0;
    this.#writer = this.#encoder.framer(this.channels);
    return this.#writer;
  }

  get #silent(): boolean {
    return this.#parts.sender()?.wanted !== true;
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
