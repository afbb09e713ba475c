import { carriesFec } from '@sidetone/opus-wasm';
import type { Codec } from '@sidetone/protocol';
import { createFakeClock } from '@sidetone/testkit';
import { AdaptiveReceiver } from '../../src/receiver/adaptive-receiver.js';
import type { OpusFrame } from '../../src/audio/opus-frame.js';
import { LocalPlayback } from '../../src/audio/local-playback.js';

const FRAME_SAMPLES = 960;
/** Used again when they have been played. */
const FRAMES_IN_USE = 64;

type Reused = { -readonly [K in keyof OpusFrame]: OpusFrame[K] };

/** Talkers who talk all at once and for ever, without anything made for a frame. */
export class PlaybackLoad {
  readonly playback: LocalPlayback;
  readonly #talkers: readonly (readonly Reused[])[];
  readonly #packetsOf: readonly (readonly Uint8Array[])[];
  readonly #block = new Float32Array(FRAME_SAMPLES);
  #nowMs = 0;
  #seq = 0;

  /** @param packetsOf what each talker says, in frames of 20 ms, again and again */
  constructor(codec: Codec, packetsOf: readonly (readonly Uint8Array[])[]) {
    this.#packetsOf = packetsOf;
    this.#talkers = packetsOf.map((_, talker) =>
      Array.from({ length: FRAMES_IN_USE }, () => emptyFrame(talker)),
    );
    this.playback = new LocalPlayback({
      codec,
      clock: { ...createFakeClock(), now: () => this.#nowMs },
      createReceiver: () => new AdaptiveReceiver<OpusFrame>({ carriesFec }),
      packetRefused: (cause) => {
        throw cause;
      },
    });
    this.playback.pullInto(this.#block);
  }

  /** So many frames of 20 ms of each talker, pulled in blocks of 10 ms. */
  run(frames: number): void {
    for (let i = 0; i < frames; i++) {
      for (let talker = 0; talker < this.#talkers.length; talker++) this.#send(talker);
      this.#seq += 1;
      this.playback.pullInto(this.#block, this.#nowMs);
      this.#nowMs += 10;
      this.playback.pullInto(this.#block, this.#nowMs);
      this.#nowMs += 10;
    }
  }

  #send(talker: number): void {
    const frame = this.#talkers[talker]?.[this.#seq % FRAMES_IN_USE];
    const packets = this.#packetsOf[talker] ?? [];
    const packet = packets[this.#seq % packets.length];
    if (!frame || !packet) return;
    frame.seq = this.#seq;
    frame.time = this.#seq * FRAME_SAMPLES;
    frame.packet = packet;
    this.playback.receive(frame);
  }
}

function emptyFrame(talker: number): Reused {
  return {
    source: { id: `source ${talker}`, handle: talker, session: `${talker}`, kind: 'microphone' },
    route: { id: 'route', handle: 1, kind: 'channel', channel: 'net' },
    seq: 0,
    time: 0,
    durationMs: 20,
    start: false,
    end: false,
    level: 20,
    packet: new Uint8Array(0),
  };
}

/** One second of a hum that swells and fades, so that the encoder has to work. */
export function encodedHum(codec: Codec): readonly Uint8Array[] {
  const encoder = codec.createEncoder({
    channels: 1,
    frameDurationMs: 20,
    bitrateBps: 32_000,
    application: 'voice',
  });
  const packets = Array.from({ length: 50 }, (_, frame) => {
    const samples = Float32Array.from({ length: FRAME_SAMPLES }, (__, i) => {
      const at = frame * FRAME_SAMPLES + i;
      return 0.3 * Math.sin(at * 0.02) * Math.sin(at * 0.0003) + 0.1 * Math.sin(at * 0.061);
    });
    return encoder.encode(samples).slice();
  });
  encoder.close();
  return packets;
}
