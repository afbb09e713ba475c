import { isVoiceError, type Codec, type FrameDecoder } from '@sidetone/protocol';
import type { OpusFrame, OpusSink } from './opus-frame.js';

/** One talkspurt as it was received. */
export interface RecordedTalkspurt {
  /** Media time of its first sample in 48 kHz ticks of the source. */
  readonly time: number;
  /** 48 kHz, interleaved where there are two channels. */
  readonly samples: Float32Array;
  readonly channels: 1 | 2;
  /** Sequence numbers of the frames that came, in order. */
  readonly received: readonly number[];
  /** Frames that never came or were no valid packets; each is concealed in `samples`. */
  readonly lost: number;
}

export interface TalkerRecorderOptions {
  readonly codec: Codec;
  /** Records this session only; by default the first one heard. */
  readonly session?: string;
  /** Default 1. */
  readonly channels?: 1 | 2;
}

/** Frames may overtake each other by so many; a number missing longer is lost. */
const REORDER_FRAMES = 50;
/** A gap in media time this long is a pause between talkspurts and no loss. */
const PAUSE_TICKS = 500 * 48;
const TICKS_PER_MS = 48;

interface OpenTalkspurt {
  readonly time: number;
  readonly parts: Float32Array[];
  readonly received: number[];
  next: { seq: number; time: number };
  lost: number;
}

/**
 * Records what one talker says, in media time: frames are put in order by their numbers and decoded
 * without any clock, so that the same frames always give the same samples, however busy the machine
 * is. For tests, bots and transcripts; give it to `client.addSink`.
 */
export class TalkerRecorder implements OpusSink {
  readonly #channels: 1 | 2;
  readonly #decoder: FrameDecoder;
  readonly #waiting = new Map<number, OpusFrame>();
  readonly #finished: RecordedTalkspurt[] = [];
  readonly #watchers: (() => void)[] = [];
  #session: string | null;
  #source: string | null = null;
  #open: OpenTalkspurt | null = null;

  constructor({ codec, session, channels = 1 }: TalkerRecorderOptions) {
    this.#channels = channels;
    this.#decoder = codec.createDecoder({ channels });
    this.#session = session ?? null;
  }

  /** Talkspurts that have ended. */
  get talkspurts(): readonly RecordedTalkspurt[] {
    return this.#finished;
  }

  write(frame: OpusFrame): void {
    this.#session ??= frame.source.session;
    if (frame.source.session !== this.#session) return;
    this.#source ??= frame.source.id;
    if (frame.source.id !== this.#source) return;
    this.#keep(frame);
    this.#advance();
    while (this.#waiting.size > REORDER_FRAMES) this.#skipToNext();
  }

  /** Resolves with talkspurt number `index` (0 is the first) once it has ended. */
  async talkspurt(index: number): Promise<RecordedTalkspurt> {
    for (;;) {
      const talkspurt = this.#finished[index];
      if (talkspurt) return talkspurt;
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
  }

  /** Ends the recording: what is still missing is lost. Returns everything, in order. */
  finish(): readonly RecordedTalkspurt[] {
    while (this.#waiting.size > 0) this.#skipToNext();
    this.#close();
    this.#decoder.close();
    return this.#finished;
  }

  #keep(frame: OpusFrame): void {
    if (this.#open && frame.seq < this.#open.next.seq) return;
    const present = this.#waiting.get(frame.seq);
    if (!present || present.packet.length === 0) this.#waiting.set(frame.seq, frame);
  }

  /** Takes what is next in order, as long as it is there. */
  #advance(): void {
    for (;;) {
      const frame = this.#nextFrame();
      if (!frame) return;
      this.#waiting.delete(frame.seq);
      this.#take(frame);
    }
  }

  #nextFrame(): OpusFrame | undefined {
    if (this.#open) return this.#waiting.get(this.#open.next.seq);
    // Between talkspurts only a marked start is certain to have nothing before it.
    const earliest = this.#waiting.get(this.#lowest());
    return earliest?.start === true ? earliest : undefined;
  }

  #take(frame: OpusFrame): void {
    if (frame.packet.length === 0) return this.#close();
    const open = this.#openAt(frame);
    if (this.#decode(open, frame)) open.received.push(frame.seq);
    else this.#conceal(open, 1);
    open.next = { seq: frame.seq + 1, time: frame.time + frame.durationMs * TICKS_PER_MS };
    if (frame.end) this.#close();
  }

  /** False for a packet that the decoder refuses: the talker's fault, and as good as lost. */
  #decode(open: OpenTalkspurt, { packet }: OpusFrame): boolean {
    try {
      open.parts.push(this.#decoder.decode(packet).slice());
      return true;
    } catch (error) {
      if (isVoiceError(error) && error.code === 'ERR_CODEC_PACKET') return false;
      throw error;
    }
  }

  /** Gives up on what is missing before the earliest frame that waits. */
  #skipToNext(): void {
    const frame = this.#waiting.get(this.#lowest());
    if (!frame) return;
    const { seq, time } = this.#open?.next ?? frame;
    if (this.#open && (frame.start || frame.time - time >= PAUSE_TICKS)) this.#close();
    if (this.#open) this.#conceal(this.#open, frame.seq - seq);
    this.#waiting.delete(frame.seq);
    this.#take(frame);
    this.#advance();
  }

  #conceal(open: OpenTalkspurt, count: number): void {
    for (let i = 0; i < count; i++) open.parts.push(this.#decoder.conceal().slice());
    open.lost += count;
  }

  #openAt({ seq, time }: OpusFrame): OpenTalkspurt {
    this.#open ??= { time, parts: [], received: [], next: { seq, time }, lost: 0 };
    return this.#open;
  }

  #close(): void {
    const open = this.#open;
    this.#open = null;
    if (!open) return;
    const { time, received, lost } = open;
    const samples = joined(open.parts);
    this.#finished.push({ time, samples, channels: this.#channels, received, lost });
    for (const wake of this.#watchers.splice(0)) wake();
  }

  #lowest(): number {
    return Math.min(...this.#waiting.keys());
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const samples = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    samples.set(part, offset);
    offset += part.length;
  }
  return samples;
}
