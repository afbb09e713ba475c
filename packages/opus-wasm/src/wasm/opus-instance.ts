import { codecError } from '../codec-error.js';
import type { Binary } from './binary.js';
import { checkExports } from './check-module.js';

/** Longest of all packets, in bytes and in samples: 120 ms of stereo. */
export const MAX_PACKET_BYTES = 7_662;
const MAX_FLOATS = 5_760 * 2;
const BYTES_PER_FLOAT = 4;
/** One 32-bit argument, at an address that suits it. */
const ARGUMENT_BYTES = 8;

interface OpusExports {
  readonly g: WebAssembly.Memory;
  readonly h: () => void;
  readonly i: (...parameters: number[]) => number;
  readonly j: (...parameters: number[]) => number;
  readonly k: (stream: number, request: number, argumentList: number) => number;
  readonly l: (stream: number) => void;
  readonly p: (byteCount: number) => number;
  readonly q: (address: number) => void;
}

/**
 * One memory of 16 MB with the code of libopus over it, shared by many streams; calls do not
 * overlap, so one place for packets and one for samples serves them all.
 */
export class OpusInstance {
  readonly #exports: OpusExports;
  readonly #packet: number;
  readonly #samples: number;
  readonly #argument: number;
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #floats: Float32Array<ArrayBuffer> = new Float32Array(0);
  #broken = false;
  /** Streams that live here. */
  streams = 0;

  constructor(module: WebAssembly.Module, binary: Binary) {
    const { exports } = new WebAssembly.Instance(module, { a: this.#imports() });
    checkExports(exports, binary);
    this.#exports = exports as unknown as OpusExports;
    this.#exports.h();
    this.#packet = this.#exports.p(MAX_PACKET_BYTES);
    this.#samples = this.#exports.p(MAX_FLOATS * BYTES_PER_FLOAT);
    this.#argument = this.#exports.p(ARGUMENT_BYTES);
  }

  /** A trap has left its stack and its heap in disorder: nothing in it may be used again. */
  get broken(): boolean {
    return this.#broken;
  }

  /** Address of a new stream; 0 where the memory is used up. */
  create(...settings: readonly number[]): number {
    const stream = this.#exports.i(...settings, this.#argument);
    if (stream !== 0) this.streams += 1;
    return stream;
  }

  destroy(stream: number): void {
    this.streams -= 1;
    if (!this.#broken) this.#exports.l(stream);
  }

  /** `opus_*_ctl` with one integer; the answer of libopus, negative for an error. */
  control(stream: number, request: number, value: number): number {
    this.#refresh();
    new DataView(this.#bytes.buffer).setInt32(this.#argument, value, true);
    return this.#exports.k(stream, request, this.#argument);
  }

  /**
   * Samples of each channel, negative for an error of libopus.
   * @param packet `null` to conceal
   * @param recover the frame before the packet is wanted, out of its error correction
   */
  decode(stream: number, packet: Uint8Array | null, sampleCount: number, recover: boolean): number {
    this.#refresh();
    if (packet !== null) this.#bytes.set(packet, this.#packet);
    const address = packet === null ? 0 : this.#packet;
    const length = packet === null ? 0 : packet.length;
    try {
      return this.#exports.j(stream, address, length, this.#samples, sampleCount, recover ? 1 : 0);
    } catch (cause) {
      throw this.#trapped(cause);
    }
  }

  /** Length of the packet, negative for an error of libopus. What is no number becomes silence. */
  encode(stream: number, frame: Float32Array, channels: number): number {
    this.#refresh();
    const floats = this.#floats;
    const start = this.#samples / BYTES_PER_FLOAT;
    for (let i = 0; i < frame.length; i++) floats[start + i] = bounded(frame[i] as number);
    const sampleCount = frame.length / channels;
    try {
      return this.#exports.j(stream, this.#samples, sampleCount, this.#packet, MAX_PACKET_BYTES);
    } catch (cause) {
      throw this.#trapped(cause);
    }
  }

  /** Copies the first samples decoded last; floats of libopus may overshoot. */
  readSamples(out: Float32Array, count: number): void {
    this.#refresh();
    const floats = this.#floats;
    const start = this.#samples / BYTES_PER_FLOAT;
    for (let i = 0; i < count; i++) out[i] = bounded(floats[start + i] as number);
  }

  /** A copy of the packet encoded last. */
  readPacket(byteCount: number): Uint8Array {
    this.#refresh();
    return this.#bytes.slice(this.#packet, this.#packet + byteCount);
  }

  /** Memory that grows moves: views of it from before are empty. */
  #refresh(): void {
    const { buffer } = this.#exports.g;
    if (this.#bytes.buffer === buffer) return;
    this.#bytes = new Uint8Array(buffer);
    this.#floats = new Float32Array(buffer);
  }

  #trapped(cause: unknown): Error {
    this.#broken = true;
    return codecError('ERR_CODEC_WASM', 'the wasm of Opus has trapped; its streams begin anew', {
      cause,
    });
  }

  #imports(): WebAssembly.ModuleImports {
    return {
      // fd_write, fd_seek, fd_close: it has nothing to say and nowhere to write.
      a: () => 0,
      b: () => 0,
      d: () => 0,
      // abort
      c: () => {
        throw new WebAssembly.RuntimeError('abort');
      },
      // emscripten_memcpy_big(destination, source, byteCount)
      e: (to: number, from: number, byteCount: number) => {
        this.#refresh();
        this.#bytes.copyWithin(to, from, from + byteCount);
      },
      // emscripten_resize_heap: malloc answers 0, and the stream goes to another instance.
      f: () => 0,
    };
  }
}

function bounded(sample: number): number {
  if (sample > 1) return 1;
  if (sample < -1) return -1;
  return sample === sample ? sample : 0;
}
