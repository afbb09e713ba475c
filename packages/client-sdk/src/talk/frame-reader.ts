import type { SpeechFrame } from './source-encoder.js';

/** Reads frames until they end or a signal says stop, even while a live source is silent. */
export class FrameReader {
  readonly #frames: AsyncGenerator<SpeechFrame>;
  readonly #signal: AbortSignal;
  readonly #stop = (): void => this.#wake?.();
  #wake: (() => void) | null = null;

  constructor(frames: AsyncGenerator<SpeechFrame>, signal: AbortSignal) {
    this.#frames = frames;
    this.#signal = signal;
    signal.addEventListener('abort', this.#stop);
  }

  /** `null` at the end, or as soon as the signal says stop. */
  next(): Promise<SpeechFrame | null> {
    if (this.#signal.aborted) return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      this.#wake = () => resolve(null);
      this.#frames
        .next()
        .then((result) => resolve(result.done === true ? null : result.value), reject);
    });
  }

  /** Lets the source go. Not awaited: a live one answers only when it has its next samples. */
  close(report: (cause: unknown) => void): void {
    this.#wake = null;
    this.#signal.removeEventListener('abort', this.#stop);
    this.#frames.return(undefined).catch(report);
  }
}
