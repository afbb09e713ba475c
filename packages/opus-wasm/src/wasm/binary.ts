/**
 * One of the two wasm files of opus-encdec 0.1.1 (libopus 1.3.1). Their exports have single letters
 * for names, so nothing but the exact bytes says which letter is which function: the checksum is
 * part of the interface.
 */
export interface Binary {
  readonly name: 'decoder' | 'encoder';
  /** Within the package opus-encdec. */
  readonly file: string;
  readonly sha256: string;
  /** Parameters of the exported functions that are used, by letter. */
  readonly parameters: Readonly<Record<string, number>>;
}

/** `h` constructors, `j` decode or encode, `k` ctl, `l` destroy, `p` malloc, `q` free. */
const SHARED_PARAMETERS = { h: 0, j: 6, k: 3, l: 1, p: 1, q: 1 } as const;

export const DECODER_BINARY: Binary = Object.freeze({
  name: 'decoder',
  file: 'dist/libopus-decoder.wasm.min.wasm',
  sha256: '0892f4b6ae5a921efa738ef797145e91def758dd3bc632f346ad5f8b4993c275',
  // opus_decoder_create(rate, channels, error)
  parameters: { ...SHARED_PARAMETERS, i: 3 },
});

export const ENCODER_BINARY: Binary = Object.freeze({
  name: 'encoder',
  file: 'dist/libopus-encoder.wasm.min.wasm',
  sha256: 'cc10c6cbecef1d8301fda4a124115e56abed491af368813f1706f8c3ca8962e9',
  // opus_encoder_create(rate, channels, application, error); opus_encode_float has one less than
  // decoding: it knows no flag for error correction.
  parameters: { ...SHARED_PARAMETERS, i: 4, j: 5 },
});
