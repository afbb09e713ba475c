import type { FrameDurationMs } from '@sidetone/protocol';

/**
 * Samples to talk with: 48 kHz floats in -1..1, interleaved when there are two channels, in chunks
 * of any length. It ends when the iteration ends.
 */
export interface AudioSource {
  readonly kind: 'pcm';
  readonly channels: 1 | 2;
  /**
   * A live source, such as a microphone, delivers at its own pace and is sent as it comes. Any
   * other is sent at the pace of speech.
   */
  readonly live: boolean;
  /** @param signal nobody wants any more: what is waited for may be let go at once */
  samples(signal?: AbortSignal): AsyncIterable<Float32Array>;
}

/** One encoded packet to talk with. */
export interface OpusPacket {
  readonly packet: Uint8Array;
  readonly durationMs: FrameDurationMs;
}

/** Packets that are encoded already; their loudness is unknown and is sent as "withheld". */
export interface OpusSource {
  readonly kind: 'opus';
  readonly live: boolean;
  /** @param signal nobody wants any more: what is waited for may be let go at once */
  packets(signal?: AbortSignal): AsyncIterable<OpusPacket>;
}
