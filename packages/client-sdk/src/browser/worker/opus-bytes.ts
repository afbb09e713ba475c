export interface OpusBytes {
  readonly decoder: Uint8Array;
  readonly encoder: Uint8Array;
}

/** The wasm of Opus. The build puts another module in place of this one, which has the bytes. */
export function opusBytes(): OpusBytes {
  throw new Error('this Worker was not built: its Opus is put in by the build');
}
