import type { FromMedia, ToMedia } from './media-messages.js';

/** A Worker that hosts a media plane, or a port to one. */
export interface MediaPort {
  postMessage(message: ToMedia, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
}

/**
 * The line to the media plane. It is there from the first moment: what is posted before the Worker
 * runs waits for it.
 */
export class MediaLine {
  #port: MediaPort | null = null;
  #waiting: { readonly message: ToMedia; readonly transfer: Transferable[] }[] = [];
  #hear: (message: FromMedia) => void = () => undefined;

  get connected(): boolean {
    return this.#port !== null;
  }

  post(message: ToMedia, transfer: Transferable[] = []): void {
    if (this.#port) this.#port.postMessage(message, transfer);
    else this.#waiting.push({ message, transfer });
  }

  listen(hear: (message: FromMedia) => void): void {
    this.#hear = hear;
  }

  connect(port: MediaPort): void {
    this.#port = port;
    port.onmessage = ({ data }) => this.#hear(data as FromMedia);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { message, transfer } of waiting) port.postMessage(message, transfer);
  }

  /** Nothing is heard any more. */
  disconnect(): void {
    if (this.#port) this.#port.onmessage = null;
    this.#hear = () => undefined;
  }
}
