import type { OpusFrame } from '../../audio/opus-frame.js';
import type { Clock } from '../../clock/clock.js';
import { FrameLine } from '../frames/frame-line.js';

/** The line to the thread that plays, whichever it is now. */
export class PlaybackLine {
  readonly #clock: Clock;
  readonly #decoder: WebAssembly.Module;
  #line: FrameLine | null = null;

  constructor(clock: Clock, decoder: WebAssembly.Module) {
    this.#clock = clock;
    this.#decoder = decoder;
  }

  /** The page has another audio context. */
  connect(port: MessagePort): void {
    this.#line?.close();
    this.#line = new FrameLine(port);
    this.#line.decoder(this.#decoder);
  }

  play(frame: OpusFrame): void {
    this.#line?.send(frame, this.#clock.now());
  }

  /** Nobody talks any more. */
  clear(): void {
    this.#line?.clear();
  }
}
