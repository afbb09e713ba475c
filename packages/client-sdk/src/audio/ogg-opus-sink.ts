import type { Clock } from '../clock/clock.js';
import { systemClock } from '../clock/system-clock.js';
import { OggOpusWriter } from '../ogg/ogg-opus-writer.js';
import type { ByteSink } from './byte-sink.js';
import { FrameOrder } from './frame-order.js';
import type { OpusFrame, OpusSink } from './opus-frame.js';
import { SAMPLES_PER_MS } from './sample-rate.js';
import { SILENCE_10_MS, SILENCE_20_MS, type SpokenFrame } from './spoken-frame.js';

export interface OggOpusSinkOptions {
  /** Writes this session only; by default the first one heard. */
  readonly session?: string;
  /**
   * When the file begins, on `clock`: what passes before the first word is silence in it, so that
   * the files of several talkers can be laid over each other. By default it begins with the word.
   */
  readonly startsAtMs?: number;
  /** `client.clock`; the platform's time by default. */
  readonly clock?: Clock;
  /** What players open. Default 1 for a microphone, 2 for other sources. */
  readonly channels?: 1 | 2;
  /** For people, such as `{ artist: 'Ann', title: 'Command' }`. */
  readonly comments?: Readonly<Record<string, string>>;
}

export interface OggOpusSink extends OpusSink {
  /** How long the file is so far. */
  readonly durationMs: number;
  /** Frames that never came: silence in the file. */
  readonly lost: number;
  /** Writes what waits and the end of the file. Idempotent; what comes after it is left out. */
  close(): void;
}

/** Of media time against the clock here: the talker's own clock may be a little fast. */
const SLACK_TICKS = 2_000 * SAMPLES_PER_MS;
const SLACK_RATIO = 1.001;
/** Media time that runs back by more is another count of time. */
const BACKWARDS_TICKS = 100 * SAMPLES_PER_MS;
const TICKS_20_MS = 20 * SAMPLES_PER_MS;
const TICKS_10_MS = 10 * SAMPLES_PER_MS;

/**
 * Writes what one talker says into an Ogg Opus file: the packets as they came, put in order; lost
 * frames and pauses are silence, so that the file lasts as long as the talk. Nothing is decoded. Give
 * it to `client.addSink`.
 */
export function oggOpusSink(output: ByteSink, options: OggOpusSinkOptions = {}): OggOpusSink {
  return new OggOpusTrack(output, options);
}

class OggOpusTrack implements OggOpusSink {
  readonly #output: ByteSink;
  readonly #options: OggOpusSinkOptions;
  readonly #clock: Clock;
  readonly #order = new FrameOrder((frame) => this.#append(frame));
  #session: string | null;
  #source: string | null = null;
  #writer: OggOpusWriter | null = null;
  #startsAt = 0;
  /** Media time of the beginning of the file. */
  #origin: number | null = null;
  #closed = false;

  constructor(output: ByteSink, options: OggOpusSinkOptions) {
    this.#output = output;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#session = options.session ?? null;
  }

  get durationMs(): number {
    return (this.#writer?.samples ?? 0) / SAMPLES_PER_MS;
  }

  get lost(): number {
    return this.#order.lost;
  }

  write(frame: OpusFrame): void {
    if (this.#closed) return;
    this.#session ??= frame.source.session;
    if (frame.source.session !== this.#session) return;
    this.#source ??= frame.source.id;
    if (frame.source.id !== this.#source) return;
    this.#writer ??= this.#begin(frame);
    this.#order.push(frame);
  }

  close(): void {
    if (this.#closed) return;
    this.#order.flush();
    this.#writer ??= this.#createWriter(1);
    this.#writer.end();
    this.#closed = true;
  }

  #begin({ source }: OpusFrame): OggOpusWriter {
    const now = this.#clock.now();
    this.#startsAt = Math.min(now, this.#options.startsAtMs ?? now);
    const writer = this.#createWriter(source.kind === 'microphone' ? 1 : 2);
    addSilence(writer, (now - this.#startsAt) * SAMPLES_PER_MS);
    return writer;
  }

  #createWriter(channels: 1 | 2): OggOpusWriter {
    const { comments = {} } = this.#options;
    return new OggOpusWriter({
      write: (page) => this.#output.write(page),
      channels: this.#options.channels ?? channels,
      comments,
    });
  }

  #append({ time, durationMs, packet }: SpokenFrame): void {
    const writer = this.#writer;
    if (!writer) return;
    this.#origin ??= time - writer.samples;
    const gap = time - this.#origin - writer.samples;
    if (gap < -BACKWARDS_TICKS || writer.samples + gap > this.#longest()) {
      // What a talker says of time is not believed beyond what has passed here.
      const passed = (this.#clock.now() - this.#startsAt - durationMs) * SAMPLES_PER_MS;
      addSilence(writer, passed - writer.samples);
      this.#origin = time - writer.samples;
    } else {
      addSilence(writer, gap);
    }
    writer.add(packet, durationMs * SAMPLES_PER_MS);
  }

  #longest(): number {
    const passed = (this.#clock.now() - this.#startsAt) * SAMPLES_PER_MS;
    return passed * SLACK_RATIO + SLACK_TICKS;
  }
}

/** To the nearest 10 ms: the next gap makes up for the rest. */
function addSilence(writer: OggOpusWriter, ticks: number): void {
  let rest = Math.round(ticks / TICKS_10_MS) * TICKS_10_MS;
  for (; rest >= TICKS_20_MS; rest -= TICKS_20_MS) writer.add(SILENCE_20_MS, TICKS_20_MS);
  if (rest > 0) writer.add(SILENCE_10_MS, TICKS_10_MS);
}
