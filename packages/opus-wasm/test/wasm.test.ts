import { compileOpus, createOpus, loadOpus, opusWasm, opusWasmFiles } from '@sidetone/opus-wasm';
import type { Codec, VoiceError } from '@sidetone/protocol';
import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { errorCodes } from '../src/error-codes.js';
import { DECODER_BINARY, ENCODER_BINARY } from '../src/wasm/binary.js';
import { InstancePool } from '../src/wasm/instance-pool.js';
import { WasmDecoder } from '../src/decoder/wasm-decoder.js';
import { expectVoiceError } from './expect-voice-error.js';
import { voice } from './settings.js';

const files = opusWasmFiles();
const EMPTY_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const MANY_DECODERS = 1_500;

async function refusal(loading: Promise<unknown>): Promise<VoiceError> {
  const failure = await loading.then(
    () => null,
    (error: unknown) => error as VoiceError,
  );
  expect(failure).to.include({ name: 'VoiceError', code: 'ERR_CODEC_WASM' });
  return failure!;
}

function expectToTalk(codec: Codec): void {
  const encoder = codec.createEncoder(voice);
  const decoder = codec.createDecoder({ channels: 1 });
  expect(decoder.decode(encoder.encode(new Float32Array(960))).length).to.equal(960);
  encoder.close();
  decoder.close();
}

describe('The wasm of Opus', () => {
  it('is taken as bytes, as compiled modules, and in part', async () => {
    const [decoder, encoder] = await Promise.all([
      readFile(files.decoder),
      readFile(files.encoder),
    ]);
    expectToTalk(await loadOpus({ decoder, encoder }));
    const modules = await compileOpus({ decoder, encoder });
    expectToTalk(createOpus(modules));
    expectToTalk(await loadOpus(modules));
    const listening = await loadOpus({ decoder });
    listening.createDecoder({ channels: 1 }).close();
    expectVoiceError('ERR_CODEC_WASM', () => listening.createEncoder(voice));
  });

  it('is refused when one byte is another', async () => {
    const decoder = await readFile(files.decoder);
    decoder[decoder.length - 1]! ^= 1;
    expect((await refusal(loadOpus({ decoder }))).message).to.include('opus-encdec 0.1.1');
    await refusal(loadOpus({ decoder: new Uint8Array(0) }));
    await refusal(loadOpus({ decoder: EMPTY_MODULE }));
  });

  it('is refused when the module is another one', async () => {
    const decoder = new WebAssembly.Module(EMPTY_MODULE);
    await refusal(loadOpus({ decoder }));
    expectVoiceError('ERR_CODEC_WASM', () => createOpus({ decoder }));
  });

  it('is refused when encoder and decoder are mixed up, which only their parameters tell', async () => {
    const [decoder, encoder] = await Promise.all([
      readFile(files.decoder),
      readFile(files.encoder),
    ]);
    const modules = await compileOpus({ decoder, encoder });
    const swapped = createOpus({ decoder: modules.encoder!, encoder: modules.decoder });
    expectVoiceError('ERR_CODEC_WASM', () => swapped.createDecoder({ channels: 1 }));
    expectVoiceError('ERR_CODEC_WASM', () => swapped.createEncoder(voice));
  });

  it('is read with the first stream and not before', () => {
    const before = performance.now();
    for (let i = 0; i < 100; i++) opusWasm();
    expect(performance.now() - before).to.be.below(100);
  });

  it('names all bad options in one error', () => {
    const options = { complexity: 11, variableBitrate: 1, fec: true } as never;
    const message = expectVoiceError('ERR_CODEC_OPTIONS', () => opusWasm(options));
    for (const part of ['complexity "11"', 'variableBitrate "1"', '"fec" is not an option']) {
      expect(message).to.include(part);
    }
  });

  it('has a sentence for each of its error codes', () => {
    for (const [code, sentence] of Object.entries(errorCodes)) {
      expect(code).to.match(/^ERR_CODEC_[A-Z_]+$/);
      expect(sentence).to.match(/^[A-Z].+\.$/);
    }
  });
});

describe('The memory of the wasm', () => {
  let module: WebAssembly.Module;

  before(async () => {
    module = (await compileOpus({ decoder: await readFile(files.decoder) })).decoder;
  });

  it('holds many decoders, in another instance where one is full, and gives them back', () => {
    const pool = new InstancePool(() => module, DECODER_BINARY);
    const decoders = Array.from(
      { length: MANY_DECODERS },
      () => new WasmDecoder(pool, { channels: 2 }),
    );
    const used = pool.size;
    expect(used).to.be.within(2, 20);
    for (const decoder of decoders) decoder.close();
    expect(pool.size).to.equal(1);
    // As often as the memory would hold them three times over, had they not been freed.
    for (let i = 0; i < MANY_DECODERS; i++) new WasmDecoder(pool, { channels: 2 }).close();
    expect(pool.size).to.equal(1);
  });

  it('is left behind after a trap: its streams begin anew elsewhere', () => {
    const pool = new InstancePool(() => module, DECODER_BINARY);
    const decoder = new WasmDecoder(pool, { channels: 1 });
    const other = new WasmDecoder(pool, { channels: 1 });
    const encoder = opusWasm().createEncoder(voice);
    const packet = encoder.encode(new Float32Array(960).fill(0.1));
    decoder.decode(packet);
    const stream = pool.create(48_000, 1);
    // No stream lives at the end of the memory: reading there is a trap.
    expectVoiceError('ERR_CODEC_WASM', () => stream.instance.decode(-16, packet, 960, false));
    expect(stream.instance.broken).to.equal(true);
    expect(decoder.decode(packet).length).to.equal(960);
    expect(other.conceal()).to.deep.equal(new Float32Array(960));
    expect(pool.size).to.equal(1);
    for (const each of [decoder, other]) each.close();
  });

  it('of encoder and decoder are two', () => {
    expect(DECODER_BINARY.sha256).to.not.equal(ENCODER_BINARY.sha256);
    expect(DECODER_BINARY.parameters['j']).to.not.equal(ENCODER_BINARY.parameters['j']);
  });

  it('gets no rubbish from a decoder that runs for long: nothing is allocated for a frame', () => {
    const encoder = opusWasm().createEncoder(voice);
    const packet = encoder.encode(new Float32Array(960).fill(0.1));
    const decoder = opusWasm().createDecoder({ channels: 1 });
    const out = new Float32Array(960);
    const run = (frames: number): void => {
      for (let i = 0; i < frames; i++) {
        decoder.decodeInto(packet, out);
        decoder.recoverInto(packet, out, 20);
        decoder.concealInto(out, 20);
      }
    };
    run(500);
    const before = process.memoryUsage();
    run(2_000);
    const after = process.memoryUsage();
    // 6,000 frames of their own would be 23 MB.
    expect(after.arrayBuffers - before.arrayBuffers).to.be.below(100_000);
    expect(after.heapUsed - before.heapUsed).to.be.below(500_000);
  });
});
