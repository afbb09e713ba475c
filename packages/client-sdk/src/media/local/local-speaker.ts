import type { SourceView } from '@sidetone/protocol';
import type { AudioSource, OpusSource } from '../../audio/audio-source.js';
import { SAMPLES_PER_MS } from '../../audio/sample-rate.js';
import type { Clock } from '../../clock/clock.js';
import { CodecAdaptation } from '../../codec-policy/codec-adaptation.js';
import type { LinkReport } from '../../codec-policy/link-report.js';
import { clientError } from '../../error/client-error.js';
import { CaptureTimeline } from '../../gate/capture-timeline.js';
import { LevelMeter, type MeterReading } from '../../gate/level-meter.js';
import type { ResolvedGateOptions } from '../../gate/resolve-gate-options.js';
import { CapturedFrame } from '../../talk/captured-frame.js';
import type { FrameGate } from '../../talk/frame-gate.js';
import { FrameReader } from '../../talk/frame-reader.js';
import { playSpeech } from '../../talk/play-speech.js';
import {
  SourceEncoder,
  type EncoderFactory,
  type RenewableFramer,
  type SpeechFrame,
} from '../../talk/source-encoder.js';
import {
  resolveSourceSettings,
  type Latency,
  type SourceSettings,
} from '../../talk/source-settings.js';
import type { TalkSender } from '../../talk/talk-sender.js';
import type { KeyGate, KeyGateListener } from '../key-gate.js';
import type { CaptureDetails, HeldTarget, Speaker } from '../speaker.js';
import { LocalKeyGate } from './local-key-gate.js';

export interface LocalSpeakerParts {
  readonly name: string;
  readonly codec: EncoderFactory;
  readonly clock: Clock;
  readonly settings: SourceSettings | undefined;
  readonly latency: Latency;
  readonly createSender: (source: SourceView) => TalkSender;
  readonly report: (cause: unknown) => void;
}

/** It has one encoder, and while nothing is talked to, nothing is encoded and nothing leaves. */
export class LocalSpeaker implements Speaker {
  readonly #parts: LocalSpeakerParts;
  readonly #encoder: SourceEncoder;
  /** `null`: its settings stay as they are. */
  readonly #adaptation: CodecAdaptation | null;
  readonly #meter: LevelMeter;
  readonly #timeline = new CaptureTimeline();
  /** `null` before the first target of a session. */
  #sender: TalkSender | null = null;
  #gate: FrameGate | null = null;
  #writer: RenewableFramer | null = null;
  /** Of the frame that is not complete yet. */
  #carriedMs = 0;
  #voiceProbability: number | null = null;
  #user: string | null = null;

  constructor(parts: LocalSpeakerParts) {
    this.#parts = parts;
    const { encoder, adaptive } = resolveSourceSettings(parts.name, parts.settings, parts.latency);
    this.#encoder = new SourceEncoder(parts.codec, encoder);
    this.#adaptation = adaptive ? new CodecAdaptation(encoder) : null;
    this.#meter = new LevelMeter(SAMPLES_PER_MS * this.channels);
  }

  get channels(): 1 | 2 {
    return this.#encoder.settings.channels;
  }

  get level(): MeterReading {
    return this.#meter.reading;
  }

  write(samples: Float32Array, { timeMs, voiceProbability }: CaptureDetails): void {
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

  async feed(source: AudioSource | OpusSource, signal: AbortSignal): Promise<void> {
    await this.#occupy('feed', async () => {
      const frames = this.#encoder.frames(source, signal, () => this.#silent);
      const reader = new FrameReader(frames, signal);
      try {
        for (let frame = await reader.next(); frame; frame = await reader.next()) {
          this.#take(frame);
        }
      } finally {
        reader.close(this.#parts.report);
      }
    });
  }

  async play(
    source: AudioSource | OpusSource,
    target: HeldTarget,
    signal: AbortSignal,
  ): Promise<void> {
    const sender = this.#sender;
    if (!sender) return;
    const { clock, report } = this.#parts;
    const encoder = this.#encoder;
    await this.#occupy('play', () => {
      this.#gate?.suspend();
      return playSpeech({ source, sender, encoder, clock, report, signal, target });
    });
  }

  sourceIs(source: SourceView): void {
    if (this.#sender) this.#sender.rebind(source);
    else this.#sender = this.#parts.createSender(source);
  }

  isHeld(target: HeldTarget): boolean {
    return this.#sender?.isHeld(target) ?? false;
  }

  hold(target: HeldTarget): void {
    this.#sender?.hold(target);
  }

  release(target: HeldTarget): void {
    this.#sender?.release(target);
  }

  endNow(): void {
    this.#sender?.endNow();
  }

  drained(): Promise<void> {
    return this.#sender?.drained() ?? Promise.resolve();
  }

  /** They are read with each frame. */
  lanesChanged(): void {}

  drop(target: HeldTarget): void {
    this.#sender?.drop(target);
  }

  abandonLanes(): void {
    this.#sender?.abandonLanes();
  }

  leave(): void {
    this.#sender?.close();
    this.#sender = null;
  }

  openGate<T extends HeldTarget>(
    options: ResolvedGateOptions,
    listener: KeyGateListener,
  ): KeyGate<T> {
    const gate = new LocalKeyGate<T>({
      options,
      listener,
      clock: this.#parts.clock,
      sender: () => this.#sender,
      closed: () => (this.#gate = null),
    });
    this.#gate = gate;
    return gate;
  }

  /** News of the way that its frames take, once a second while it talks. */
  follow(report: LinkReport): void {
    if (!this.#adaptation || !this.#sender) return;
    const choice = this.#adaptation.report(report);
    this.#encoder.follow(choice);
    this.#sender.earlierFrames = choice.earlierFrames;
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
    return this.#sender?.wanted !== true;
  }

  /** Runs what needs the source for itself: two voices cannot share one encoder. */
  async #occupy(user: string, run: () => Promise<void>): Promise<void> {
    if (this.#user !== null) {
      throw clientError(
        'ERR_CLIENT_STATE',
        `source "${this.#parts.name}" is in use by "${this.#user}"; wait for its end, or use another source`,
      );
    }
    this.#user = user;
    try {
      await run();
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
    if (this.#sender?.wanted) this.#sender.send(frame.encode());
  }

  /** Of the chunks of one frame the one that is most like speech decides. */
  #likelier(probability: number | undefined): void {
    if (probability === undefined) return;
    this.#voiceProbability = Math.max(probability, this.#voiceProbability ?? 0);
  }
}
