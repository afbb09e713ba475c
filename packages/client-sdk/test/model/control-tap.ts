import type { ControlSocket, ControlSocketListener } from '../../src/control/control-socket.js';
import type { MemoryLink, MemoryTransport } from '@sidetone/testkit';

/**
 * What happens to the next resume over a connection:
 * `requestLost` the connection is cut before the server has it;
 * `answerLost` the server has taken it, and the client hears nothing any more;
 * `confirmLost` the client has its answer, and the server hears nothing any more.
 */
export type ResumeFault = 'requestLost' | 'answerLost' | 'confirmLost';

export interface TapListener {
  /** A message passed, either way. */
  passed(): void;
  sent(message: string): void;
  received(message: string): void;
}

/** One control connection of a client, with the hands of the test on it. */
export class ControlTap implements ControlSocket {
  readonly link: MemoryLink;
  readonly #watch: TapListener;
  readonly #fault: ResumeFault | null;
  #deaf = false;

  constructor(
    openSocket: MemoryTransport['openSocket'],
    listener: ControlSocketListener,
    watch: TapListener,
    fault: ResumeFault | null,
  ) {
    this.#watch = watch;
    this.#fault = fault;
    this.link = openSocket('ws://memory.test', 'sidetone.v1', {
      ...{ opened: () => listener.opened(), alive: () => listener.alive() },
      binary: (bytes) => listener.binary(bytes),
      closed: (end) => listener.closed(end),
      text: (message) => this.#receive(listener, message),
    });
  }

  remoteAddress(): null {
    return null;
  }

  sendText(message: string): void {
    this.#watch.passed();
    if (this.#deaf) return;
    this.#watch.sent(message);
    const fault = message.includes('"session.resume"') ? this.#fault : null;
    if (fault === 'requestLost') return this.link.cut();
    this.link.sendText(message);
    if (fault === 'answerLost') this.link.pauseReading();
  }

  sendBinary(bytes: Uint8Array): void {
    this.link.sendBinary(bytes);
  }

  close(code: number, reason: string): void {
    this.link.close(code, reason);
  }

  terminate(): void {
    this.link.terminate();
  }

  #receive(listener: ControlSocketListener, message: string): void {
    this.#watch.passed();
    this.#watch.received(message);
    const isLast = this.#fault === 'confirmLost' && message.includes('"resumeToken"');
    if (isLast) this.#deaf = true;
    listener.text(message);
    if (isLast) this.link.cut();
  }
}
