import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { expect } from 'chai';
import { build } from 'esbuild';
import { registerProcessors } from '../../../src/browser/worklet/register-processors.js';
import { opusWasm } from '@sidetone/opus-wasm';
import { opusFrame } from '../../support/opus-frames.js';
import { encodedHum } from '../../support/playback-load.js';
import { linkedPorts, type LinkedPort } from '../linked-ports.js';
import { decoderModule } from './decoder-module.js';
import { FakeScope } from './fake-scope.js';

const ENTRY = fileURLToPath(new URL('../../../src/browser/worklet/worklet.ts', import.meta.url));

/** Links the processor to another thread; `postMessage` would not clone such a port. */
function connect(node: LinkedPort): LinkedPort {
  const [mine, theirs] = linkedPorts();
  node.other?.onmessage?.({ data: { type: 'connect', port: theirs } } as MessageEvent);
  return mine;
}

const hum = encodedHum(opusWasm());

/** How loud a second of a hum is that is sent to the processor. */
function loudnessOf(scope: FakeScope): number {
  const [processor, node] = scope.create('sidetone-playback', { latency: 'normal' });
  const worker = connect(node);
  worker.postMessage({ type: 'decoder', module: decoderModule() });
  const ears = [new Float32Array(128), new Float32Array(128)];
  let loudest = 0;
  const arrivedAtMs = Date.now();
  for (let quantum = 0; quantum < 375; quantum++) {
    expect(processor.process([], [ears])).to.equal(true);
    scope.currentFrame += 128;
    // All at once: the fastest packet decides about the delay.
    if (quantum < 50) {
      const frame = opusFrame(quantum, { packet: hum[quantum] ?? new Uint8Array(0) });
      worker.postMessage({ type: 'frame', frame, arrivedAtMs });
    }
    loudest = Math.max(loudest, ...(ears[1] ?? []));
  }
  node.postMessage({ type: 'close' });
  expect(processor.process([], [ears])).to.equal(false);
  return loudest;
}

describe('The processors of the audio worklet', () => {
  it('post what is captured to the thread that they are connected to, the newest one', () => {
    const scope = new FakeScope();
    registerProcessors(scope);
    const [processor, node] = scope.create('sidetone-microphone');
    const quantum = new Float32Array(480).fill(0.5);
    const first = connect(node);
    const captured: Float32Array[] = [];
    const listen = (port: LinkedPort): void => {
      port.onmessage = ({ data }) => {
        const { samples } = data as { samples: Float32Array<ArrayBuffer> };
        captured.push(samples.slice());
        port.postMessage({ type: 'returned', samples }, [samples.buffer]);
      };
    };
    listen(first);
    expect(processor.process([[quantum]], [])).to.equal(true);
    expect(captured).to.deep.equal([quantum]);
    listen(connect(node));
    processor.process([[quantum]], []);
    processor.process([[]], []);
    expect(captured).to.have.length(2);
    expect(first.other).to.equal(null);
    node.postMessage({ type: 'close' });
    expect(processor.process([[quantum]], [])).to.equal(false);
    expect(captured).to.have.length(2);
  });

  it('capture nothing for nobody', () => {
    const scope = new FakeScope();
    registerProcessors(scope);
    const [processor] = scope.create('sidetone-microphone');
    for (let i = 0; i < 10; i++) processor.process([[new Float32Array(128)]], []);
    expect(scope.names).to.deep.equal(['sidetone-microphone', 'sidetone-playback']);
  });

  it('play what the thread sends that they are connected to', () => {
    const scope = new FakeScope();
    registerProcessors(scope);
    expect(loudnessOf(scope)).to.be.above(0.2);
  });

  it('need nothing that the scope of a worklet does not have, all in one file', async () => {
    const { outputFiles } = await build({
      entryPoints: [ENTRY],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      conditions: ['@sidetone/source', 'browser'],
    });
    const text = outputFiles[0]?.text ?? '';
    expect(text).to.not.match(/^import |\bimport\(|^export /m);
    expect(text).to.not.match(
      /\b(performance|TextDecoder|TextEncoder|crypto|fetch|setTimeout)\b[.(]/,
    );
    const scope = new FakeScope();
    // A new context has what the language has, and nothing of a page or of Node.
    runInContext(
      text,
      createContext({
        WebAssembly,
        sampleRate: scope.sampleRate,
        get currentFrame() {
          return scope.currentFrame;
        },
        AudioWorkletProcessor: scope.AudioWorkletProcessor,
        registerProcessor: scope.registerProcessor.bind(scope),
      }),
    );
    expect(scope.names).to.deep.equal(['sidetone-microphone', 'sidetone-playback']);
    expect(loudnessOf(scope)).to.be.above(0.2);
  });
});
