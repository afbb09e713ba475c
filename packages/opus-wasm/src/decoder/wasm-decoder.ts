import type { DecoderSettings, FrameDecoder } from '@sidetone/protocol';
import { closedError, codecError } from '../codec-error.js';
import { countSamples } from '../packet/packet-shape.js';
import type { InstancePool, Stream } from '../wasm/instance-pool.js';
import { checkDecoderSettings } from './decoder-settings.js';

const SAMPLE_RATE_HZ = 48_000;
const SAMPLES_PER_MS = 48;
/** 20 ms. */
const DEFAULT_SAMPLES = 960;
/** 2.5 ms, the step of what libopus conceals, and 120 ms, the longest packet. */
const STEP_SAMPLES = 120;
const MAX_SAMPLES = 5_760;

/** Opus packets of one talker to samples. */
export class WasmDecoder implements FrameDecoder {
  readonly #pool: InstancePool;
  readonly #channels: 1 | 2;
  #stream: Stream | null;
  /** Of the frame put out last; 0 before any. */
  #lastSamples = 0;

  constructor(pool: InstancePool, settings: DecoderSettings) {
    checkDecoderSettings(settings);
    this.#pool = pool;
    this.#channels = settings.channels;
    this.#stream = pool.create(SAMPLE_RATE_HZ, settings.channels);
  }

  decode(packet: Uint8Array): Float32Array {
    this.#open();
    const sampleCount = samplesIn(packet);
    const out = new Float32Array(sampleCount * this.#channels);
    this.#decode(packet, sampleCount, out);
    return out;
  }

  decodeInto(packet: Uint8Array, out: Float32Array): number {
    this.#open();
    const sampleCount = samplesIn(packet);
    return this.#decode(packet, sampleCount, out);
  }

  recover(packet: Uint8Array): Float32Array {
    this.#open();
    const sampleCount = this.#usualSamples;
    const out = new Float32Array(sampleCount * this.#channels);
    this.#recover(packet, sampleCount, out);
    return out;
  }

  recoverInto(packet: Uint8Array, out: Float32Array, durationMs: number): number {
    this.#open();
    return this.#recover(packet, samplesOf(durationMs), out);
  }

  conceal(): Float32Array {
    this.#open();
    const out = new Float32Array(this.#usualSamples * this.#channels);
    this.#conceal(this.#usualSamples, out);
    return out;
  }

  concealInto(out: Float32Array, durationMs: number): number {
    this.#open();
    return this.#conceal(samplesOf(durationMs), out);
  }

  close(): void {
    if (this.#stream) this.#pool.destroy(this.#stream);
    this.#stream = null;
  }

  get #usualSamples(): number {
    return this.#lastSamples === 0 ? DEFAULT_SAMPLES : this.#lastSamples;
  }

  #decode(packet: Uint8Array, sampleCount: number, out: Float32Array): number {
    this.#requireRoom(out, sampleCount);
    this.#run(packet, sampleCount, false, out);
    this.#lastSamples = sampleCount;
    return sampleCount;
  }

  #recover(packet: Uint8Array, sampleCount: number, out: Float32Array): number {
    samplesIn(packet);
    this.#requireRoom(out, sampleCount);
    this.#run(packet, sampleCount, true, out);
    this.#lastSamples = sampleCount;
    return sampleCount;
  }

  #conceal(sampleCount: number, out: Float32Array): number {
    this.#requireRoom(out, sampleCount);
    if (this.#lastSamples === 0) out.fill(0, 0, sampleCount * this.#channels);
    else this.#run(null, sampleCount, false, out);
    return sampleCount;
  }

  #run(packet: Uint8Array | null, sampleCount: number, recover: boolean, out: Float32Array): void {
    const { instance, address } = this.#open();
    const decoded = instance.decode(address, packet, sampleCount, recover);
    if (decoded !== sampleCount) throw packetError(packet?.length ?? 0, decoded);
    instance.readSamples(out, sampleCount * this.#channels);
  }

  #open(): Stream {
    if (this.#stream === null) throw closedError('decoder');
    if (this.#stream.instance.broken) {
      this.#stream = this.#pool.create(SAMPLE_RATE_HZ, this.#channels);
      this.#lastSamples = 0;
    }
    return this.#stream;
  }

  #requireRoom(out: Float32Array, sampleCount: number): void {
    const needed = sampleCount * this.#channels;
    if (out.length >= needed) return;
    throw codecError(
      'ERR_CODEC_FRAME_LENGTH',
      `"${out.length}" floats have no room for this frame; give at least ${needed}`,
      { details: { given: out.length, needed } },
    );
  }
}

/** An empty packet would make libopus conceal, so the head is read before it sees any. */
function samplesIn(packet: Uint8Array): number {
  const sampleCount = countSamples(packet);
  if (sampleCount === 0) throw packetError(packet.length);
  return sampleCount;
}

function samplesOf(durationMs: number): number {
  const sampleCount = durationMs * SAMPLES_PER_MS;
  if (sampleCount % STEP_SAMPLES === 0 && sampleCount > 0 && sampleCount <= MAX_SAMPLES) {
    return sampleCount;
  }
  throw codecError(
    'ERR_CODEC_FRAME_LENGTH',
    `"${durationMs}" ms cannot be put in for a lost frame; ask for a multiple of 2.5 ms up to 120`,
    { details: { durationMs } },
  );
}

function packetError(bytes: number, answer?: number): Error {
  return codecError(
    'ERR_CODEC_PACKET',
    `these "${bytes}" bytes are no valid Opus packet of 120 ms or less; drop them and conceal the frame`,
    { details: { bytes, ...(answer === undefined ? {} : { answer }) } },
  );
}
