import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { MediaPort } from '../../../src/browser/remote/media-line.js';

/** Two ends of a real message channel, which can tell when nothing is under way between them. */
export class CountedPorts {
  readonly ends: readonly [MediaPort, MediaPort];
  readonly #ports: readonly [MessagePort, MessagePort];
  #underWay = 0;
  #wake: (() => void)[] = [];

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.#ports = [port1, port2];
    this.ends = [this.#end(port1), this.#end(port2)];
  }

  /** Resolves when both sides have handled all that was posted, and what they posted on that. */
  async settled(): Promise<void> {
    while (this.#underWay > 0) {
      await new Promise<void>((resolve) => this.#wake.push(resolve));
      // What the last message has set off by promises.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  close(): void {
    for (const port of this.#ports) port.close();
  }

  #end(port: MessagePort): MediaPort {
    const end: MediaPort = {
      onmessage: null,
      postMessage: (message, transfer) => {
        this.#underWay += 1;
        port.postMessage(message, transfer as never[]);
      },
    };
    port.on('message', (data: unknown) => {
      end.onmessage?.({ data } as MessageEvent);
      this.#underWay -= 1;
      if (this.#underWay > 0) return;
      for (const wake of this.#wake.splice(0)) wake();
    });
    port.unref();
    return end;
  }
}
