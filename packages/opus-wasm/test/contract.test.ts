import { loadOpus, opusWasm, opusWasmFiles } from '@sidetone/opus-wasm';
import { describeCodec } from '@sidetone/testkit';
import { readFile } from 'node:fs/promises';

describe('opusWasm()', () => {
  describeCodec({ describe, it }, { create: () => opusWasm() });
});

describe('loadOpus() of bytes', () => {
  describeCodec(
    { describe, it },
    {
      create: async () => {
        const { decoder, encoder } = opusWasmFiles();
        return loadOpus({ decoder: await readFile(decoder), encoder: await readFile(encoder) });
      },
    },
  );
});
