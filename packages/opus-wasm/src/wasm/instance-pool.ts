import { codecError } from '../codec-error.js';
import type { Binary } from './binary.js';
import { checkModule } from './check-module.js';
import { OpusInstance } from './opus-instance.js';

/** One encoder or decoder of libopus, and the instance that it lives in. */
export interface Stream {
  readonly instance: OpusInstance;
  readonly address: number;
}

/**
 * Instances of one module. Each has room for some hundred streams and cannot grow, so another one
 * is made when it is full; those that are empty or broken are let go.
 */
export class InstancePool {
  readonly #module: () => WebAssembly.Module;
  readonly #binary: Binary;
  #instances: OpusInstance[] = [];

  /** @param module called with the first stream */
  constructor(module: () => WebAssembly.Module, binary: Binary) {
    this.#module = module;
    this.#binary = binary;
  }

  get size(): number {
    return this.#instances.length;
  }

  /** @param settings parameters of the create function before the last */
  create(...settings: readonly number[]): Stream {
    this.#instances = this.#instances.filter(({ broken }) => !broken);
    for (const instance of this.#instances) {
      const address = instance.create(...settings);
      if (address !== 0) return { instance, address };
    }
    const instance = this.#addInstance();
    const address = instance.create(...settings);
    if (address !== 0) return { instance, address };
    throw codecError('ERR_CODEC_WASM', `the wasm has no memory for an Opus ${this.#binary.name}`);
  }

  destroy({ instance, address }: Stream): void {
    instance.destroy(address);
    if (instance.streams > 0 || this.#instances.length === 1) return;
    this.#instances = this.#instances.filter((each) => each !== instance);
  }

  #addInstance(): OpusInstance {
    const module = this.#module();
    checkModule(module, this.#binary);
    const instance = new OpusInstance(module, this.#binary);
    this.#instances.push(instance);
    return instance;
  }
}
