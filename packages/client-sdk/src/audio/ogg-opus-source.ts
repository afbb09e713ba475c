import { parsePacketShape } from '@sidetone/opus-wasm';
import {
  isVoiceError,
  MAX_PAYLOAD_BYTES,
  type Codec,
  type FrameDecoder,
  type FrameDurationMs,
} from '@sidetone/protocol';
import { oggError } from '../ogg/ogg-error.js';
import { OggOpusReader, type OggOpusPacket } from '../ogg/ogg-opus-reader.js';
import { splitPacket } from '../ogg/split-packet.js';
import type { AudioSource, OpusPacket, OpusSource } from './audio-source.js';
import { chunksOf, type ChunkSource } from './chunk-source.js';
import { SAMPLES_PER_MS } from './sample-rate.js';

/** A whole file, or a stream of its bytes. */
export type OggBytes = Uint8Array | ChunkSource<Uint8Array>;

export interface OggOpusSourceOptions {
  /** Whether the file comes at the pace of speech by itself, as from a radio. Default false. */
  readonly live?: boolean;
}

export interface OggSamplesSourceOptions extends OggOpusSourceOptions {
  readonly codec: Codec;
  /** Default 1. */
  readonly channels?: 1 | 2;
}

/** In front of a packet in the payload is the length of what goes with it. */
const MAX_PACKET_BYTES = MAX_PAYLOAD_BYTES - 2;
/** So much a decoder needs to hear before what it makes is right (RFC 7845, section 4.6). */
const CONVERGENCE_SAMPLES = 80 * SAMPLES_PER_MS;
const DECODE = 'play it with oggSamplesSource, which decodes it';

/**
 * An Ogg Opus file to talk with, without decoding: its packets are sent as they are, and those of
 * several frames in parts where the wire does not know their duration. What a player would leave out
 * is left out in whole packets: all beyond the end, and all but 80 ms of what the decoder needs to get
 * going. A gain in the head is not applied. Chained files are one talk; damaged parts are left out.
 *
 * Throws `ERR_AUDIO_OGG`, while it is played where the bytes are a stream: for what is no Ogg Opus
 * file, for surround sound, for frames shorter than 10 ms, and for packets that no datagram takes.
 */
export function oggOpusSource(file: OggBytes, options: OggOpusSourceOptions = {}): OpusSource {
  const first = firstPacket(file);
  if (first) sendable(first).next();
  async function* packets(signal?: AbortSignal): AsyncGenerator<OpusPacket> {
    for await (const packet of packetsOf(file, signal)) {
      if (isHeard(packet)) yield* sendable(packet.packet);
    }
  }
  return { kind: 'opus', live: options.live ?? false, packets };
}

/**
 * An Ogg Opus file to talk with, decoded: exactly the samples that a player plays, with the gain of
 * its head, to be encoded anew as the source is. For other volumes, and for what `oggOpusSource`
 * refuses. Throws `ERR_AUDIO_OGG`.
 */
export function oggSamplesSource(file: OggBytes, options: OggSamplesSourceOptions): AudioSource {
  const { codec, channels = 1, live = false } = options;
  firstPacket(file);
  async function* samples(signal?: AbortSignal): AsyncGenerator<Float32Array> {
    const decoder = codec.createDecoder({ channels });
    try {
      for await (const packet of packetsOf(file, signal)) {
        const { skipped, trimmed, sampleCount, head } = packet;
        const decoded = decodedOf(decoder, packet, channels);
        const heard = decoded.slice(skipped * channels, (sampleCount - trimmed) * channels);
        yield amplified(heard, head.gainDb);
      }
    } finally {
      decoder.close();
    }
  }
  return { kind: 'pcm', channels, live, samples };
}

async function* packetsOf(file: OggBytes, signal?: AbortSignal): AsyncGenerator<OggOpusPacket> {
  const reader = new OggOpusReader();
  const chunks = file instanceof Uint8Array ? [file] : file;
  for await (const chunk of chunksOf(chunks, signal)) yield* reader.add(chunk);
  if (!signal?.aborted) yield* reader.end();
}

/** The first packet of a whole file, so that another one is refused before anybody talks. */
function firstPacket(file: OggBytes): Uint8Array | null {
  if (!(file instanceof Uint8Array)) return null;
  const reader = new OggOpusReader();
  for (const { packet } of reader.add(file)) return packet;
  for (const { packet } of reader.end()) return packet;
  return null;
}

function isHeard({ sampleCount, skippedFromHere, trimmed }: OggOpusPacket): boolean {
  return skippedFromHere - sampleCount < CONVERGENCE_SAMPLES && trimmed < sampleCount;
}

function* sendable(packet: Uint8Array): Generator<OpusPacket> {
  const durationMs = durationOf(packet);
  if (isFrameDuration(durationMs) && packet.length <= MAX_PACKET_BYTES) {
    yield { packet, durationMs };
    return;
  }
  for (const frame of splitPacket(packet) ?? []) {
    const frameMs = durationOf(frame);
    if (!isFrameDuration(frameMs)) {
      throw oggError(`it has frames of "${frameMs}" ms, and 10, 20, 40 and 60 can be sent`, DECODE);
    }
    if (frame.length > MAX_PACKET_BYTES) {
      throw oggError(`a frame of "${frame.length}" bytes is longer than a datagram`, DECODE);
    }
    yield { packet: frame, durationMs: frameMs };
  }
}

function durationOf(packet: Uint8Array): number {
  return (parsePacketShape(packet)?.sampleCount ?? 0) / SAMPLES_PER_MS;
}

function isFrameDuration(ms: number): ms is FrameDurationMs {
  return ms === 10 || ms === 20 || ms === 40 || ms === 60;
}

/** A packet that the decoder refuses is a damaged part: its time passes in silence. */
function decodedOf(
  decoder: FrameDecoder,
  { packet, sampleCount }: OggOpusPacket,
  channels: 1 | 2,
): Float32Array {
  try {
    return decoder.decode(packet);
  } catch (error) {
    if (isVoiceError(error) && error.code === 'ERR_CODEC_PACKET') {
      return new Float32Array(sampleCount * channels);
    }
    throw error;
  }
}

function amplified(samples: Float32Array, gainDb: number): Float32Array {
  if (gainDb === 0) return samples;
  const factor = 10 ** (gainDb / 20);
  return samples.map((sample) => Math.max(-1, Math.min(1, sample * factor)));
}
