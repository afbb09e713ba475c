import { DeliveryLane } from './delivery-lane.js';
import type {
  MemoryLink,
  MemoryLinkEnd,
  MemoryLinkListener,
  MemoryMessage,
} from './memory-link.js';
import type { MemoryServerEnd } from './memory-server-end.js';

/** RFC 6455 section 7.4.1. */
const NORMAL_CLOSE = 1000;
const VANISHED: MemoryLinkEnd = Object.freeze({ code: 1006, reason: '' });

/** The client's end of a link in memory. */
export class MemoryClientEnd implements MemoryLink {
  readonly #server: MemoryServerEnd;
  readonly #listener: MemoryLinkListener;
  readonly #received: MemoryMessage[] = [];
  readonly #inbox: DeliveryLane;
  #status: MemoryLink['status'] = 'open';
  #end: MemoryLinkEnd | null = null;

  constructor(server: MemoryServerEnd, listener: MemoryLinkListener | undefined) {
    this.#server = server;
    this.#listener = listener ?? {
      text: (text) => this.#received.push({ kind: 'text', text }),
      binary: (bytes) => this.#received.push({ kind: 'binary', bytes }),
    };
    this.#inbox = new DeliveryLane(() => server.drained());
    this.#inbox.push(0, () => this.#listener.opened?.());
  }

  get status(): MemoryLink['status'] {
    return this.#status;
  }

  get received(): readonly MemoryMessage[] {
    return this.#received;
  }

  get end(): MemoryLinkEnd | null {
    return this.#end;
  }

  get inVoice(): boolean {
    return this.#server.inVoice;
  }

  /** Bytes that the server has sent and the client has not read. */
  get queuedBytes(): number {
    return this.#inbox.queuedBytes;
  }

  remoteAddress(): null {
    return null;
  }

  sendText(message: string): void {
    if (this.#status === 'open') this.#server.text(message);
  }

  sendBinary(bytes: Uint8Array): void {
    if (this.#status === 'open') this.#server.binary(bytes.slice());
  }

  close(code: number = NORMAL_CLOSE, reason = ''): void {
    if (this.#status !== 'open') return;
    this.#status = 'closing';
    this.#server.farewell(reason || `the client closed with ${code}`, () =>
      this.farewell({ code, reason }),
    );
  }

  terminate(): void {
    if (this.#status === 'closed') return;
    this.#status = 'closing';
    this.#inbox.close();
    this.#server.farewell('the client vanished', () => {});
    queueMicrotask(() => this.#finish(VANISHED));
  }

  freeze(): void {
    this.#inbox.close();
    this.#server.swallow();
  }

  cut(): void {
    this.freeze();
    queueMicrotask(() => {
      this.#server.end('the connection was cut');
      this.#finish(VANISHED);
    });
  }

  pauseReading(): void {
    this.#inbox.hold();
  }

  resumeReading(): void {
    this.#inbox.release();
  }

  /** From the server: one text message. */
  text(message: string): void {
    this.#inbox.push(Buffer.byteLength(message), () => this.#listener.text?.(message));
  }

  /** From the server: one packet. A socket copies, too: no client may see what another does to it. */
  binary(packet: Uint8Array): void {
    const bytes = packet.slice();
    this.#inbox.push(bytes.length, () => this.#listener.binary?.(bytes));
  }

  /** From the server: a ping, which is answered when it is read. */
  ping(): void {
    this.#inbox.push(0, () => {
      this.#listener.alive?.();
      if (this.#status === 'open') this.#server.pong();
    });
  }

  /** From the server: its last word. */
  farewell(end: MemoryLinkEnd): void {
    this.#inbox.push(0, () => this.#finish(end));
  }

  #finish(end: MemoryLinkEnd): void {
    if (this.#status === 'closed') return;
    this.#status = 'closed';
    this.#end = end;
    this.#inbox.close();
    this.#listener.closed?.(end);
  }
}
