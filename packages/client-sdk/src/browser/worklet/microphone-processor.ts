import type { ReturnedSamples } from '../ports.js';
import { MicrophoneEngine } from './microphone-engine.js';
import type {
  Channels,
  PortConnection,
  ProcessorClass,
  ProcessorEnd,
  WorkletScope,
} from './worklet-scope.js';

/** By the standard, and where a context has none of its own. */
const QUANTUM_SAMPLES = 128;

/** The audio thread's end of a microphone: posts what is captured on the port that it is given. */
export function microphoneProcessor(scope: WorkletScope): ProcessorClass {
  return class MicrophoneProcessor extends scope.AudioWorkletProcessor {
    readonly #engine: MicrophoneEngine;
    #out: MessagePort | null = null;
    #isOpen = true;

    constructor() {
      super();
      this.#engine = new MicrophoneEngine({
        sampleRateHz: scope.sampleRate,
        post: (captured, transfer) => this.#out?.postMessage(captured, transfer),
      });
      this.port.onmessage = ({ data }) => this.#obey(data as PortConnection | ProcessorEnd);
    }

    process([input]: Channels[], [output]: Channels[]): boolean {
      const quantumSamples = input?.[0]?.length ?? output?.[0]?.length ?? QUANTUM_SAMPLES;
      if (this.#out) this.#engine.capture(input ?? [], quantumSamples);
      return this.#isOpen;
    }

    #obey(order: PortConnection | ProcessorEnd): void {
      this.#out?.close();
      this.#out = order.type === 'connect' ? order.port : null;
      if (order.type === 'close') this.#isOpen = false;
      else {
        this.#engine.connected();
        order.port.onmessage = ({ data }) =>
          this.#engine.giveBack((data as ReturnedSamples).samples);
      }
    }
  };
}
