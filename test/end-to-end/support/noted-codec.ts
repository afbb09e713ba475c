import type { Codec, EncoderSettings, FrameEncoder } from '@sidetone/protocol';

/** How frames were encoded from one on. */
export interface EncodedFrom {
  /** Frames encoded before. */
  readonly frame: number;
  readonly bitrateBps: number;
  readonly expectedLossPercent: number;
}

/** A codec that keeps what its encoders make, in order. */
export class NotedCodec implements Codec {
  readonly #codec: Codec;
  readonly packets: Uint8Array[] = [];
  readonly encoded: EncodedFrom[] = [];

  constructor(codec: Codec) {
    this.#codec = codec;
  }

  get name(): Codec['name'] {
    return this.#codec.name;
  }

  createDecoder(
    ...settings: Parameters<Codec['createDecoder']>
  ): ReturnType<Codec['createDecoder']> {
    return this.#codec.createDecoder(...settings);
  }

  createEncoder(settings: EncoderSettings): FrameEncoder {
    const encoder = this.#codec.createEncoder(settings);
    const { bitrateBps, expectedLossPercent = 0 } = settings;
    this.#note(bitrateBps, expectedLossPercent);
    return {
      encode: (samples) => {
        const packet = encoder.encode(samples);
        this.packets.push(Uint8Array.from(packet));
        return packet;
      },
      adjust: (change) => {
        encoder.adjust(change);
        const last = this.encoded.at(-1);
        this.#note(
          change.bitrateBps ?? last?.bitrateBps ?? bitrateBps,
          change.expectedLossPercent ?? last?.expectedLossPercent ?? expectedLossPercent,
        );
      },
      close: () => encoder.close(),
    };
  }

  #note(bitrateBps: number, expectedLossPercent: number): void {
    const last = this.encoded.at(-1);
    if (last?.bitrateBps === bitrateBps && last.expectedLossPercent === expectedLossPercent) return;
    this.encoded.push({ frame: this.packets.length, bitrateBps, expectedLossPercent });
  }
}
