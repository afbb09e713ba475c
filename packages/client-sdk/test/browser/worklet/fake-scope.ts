import type {
  ProcessorClass,
  RenderingProcessor,
  WorkletProcessor,
  WorkletScope,
} from '../../../src/browser/worklet/worklet-scope.js';
import { linkedPorts, type LinkedPort } from '../linked-ports.js';

/** The global scope of an audio worklet, whose audio clock the test owns. */
export class FakeScope implements WorkletScope {
  readonly sampleRate = 48_000;
  currentFrame = 0;
  readonly AudioWorkletProcessor: new () => WorkletProcessor;
  readonly #classes = new Map<string, ProcessorClass>();
  /** That of the processor being made. */
  #port: LinkedPort | null = null;

  constructor() {
    const takePort = (): MessagePort => this.#port as unknown as MessagePort;
    this.AudioWorkletProcessor = class {
      readonly port = takePort();
    };
  }

  get names(): readonly string[] {
    return [...this.#classes.keys()];
  }

  registerProcessor(name: string, processor: ProcessorClass): void {
    this.#classes.set(name, processor);
  }

  /** A processor, and the end of its port that the node has. */
  create(name: string, processorOptions?: unknown): [RenderingProcessor, LinkedPort] {
    const made = this.#classes.get(name);
    if (!made) throw new Error(`"${name}" is not registered`);
    const [node, port] = linkedPorts();
    this.#port = port;
    return [new made({ processorOptions }), node];
  }
}
