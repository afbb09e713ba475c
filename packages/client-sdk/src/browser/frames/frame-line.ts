import type { OpusFrame } from '../../audio/opus-frame.js';
import type { ToPlaybackWorklet } from '../ports.js';
import { FrameWriter } from './frame-writer.js';
import { sharedRingMemory } from './shared-ring.js';

/** Two seconds of ten talkers. */
const RING_BYTES = 1 << 18;

/**
 * From the thread that opens frames to the one that plays them: in shared memory where the page is
 * isolated from others, and by messages elsewhere.
 */
export class FrameLine {
  readonly #port: MessagePort;
  readonly #writer: FrameWriter | null;

  /** @param isShared by default as the browser allows it */
  constructor(port: MessagePort, isShared: boolean = globalThis.crossOriginIsolated === true) {
    this.#port = port;
    this.#writer = null;
    if (!isShared) return;
    const memory = sharedRingMemory(RING_BYTES);
    this.#writer = new FrameWriter(memory);
    this.#post({ type: 'sharedFrames', memory });
  }

  /** Before the first frame. */
  decoder(module: WebAssembly.Module): void {
    this.#post({ type: 'decoder', module });
  }

  /** @param arrivedAtMs epoch milliseconds with fraction */
  send(frame: OpusFrame, arrivedAtMs: number): void {
    // Memory that is full is not read: the context is suspended, and nothing could be heard of it.
    if (this.#writer) this.#writer.write(frame, arrivedAtMs);
    else this.#post({ type: 'frame', frame, arrivedAtMs });
  }

  /** Nobody talks any more. */
  clear(): void {
    this.#post({ type: 'clear' });
  }

  close(): void {
    this.#port.close();
  }

  #post(message: ToPlaybackWorklet): void {
    this.#port.postMessage(message);
  }
}
