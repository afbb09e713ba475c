import type { OpusFrame, OpusSink } from './opus-frame.js';

/** The app's sinks for opened frames; one that throws harms nobody. */
export class SinkList {
  readonly #report: (cause: unknown) => void;
  readonly #sinks = new Set<OpusSink>();

  constructor(report: (cause: unknown) => void) {
    this.#report = report;
  }

  /** Returns what takes it out again. */
  add(sink: OpusSink): () => void {
    this.#sinks.add(sink);
    return () => void this.#sinks.delete(sink);
  }

  write(frame: OpusFrame): void {
    for (const sink of this.#sinks) {
      try {
        sink.write(frame);
      } catch (cause) {
        this.#report(cause);
      }
    }
  }
}
