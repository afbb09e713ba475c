import type { CancelTimer, ControlConnection, ControlPeer, VoiceSession } from '@sidetone/core';
import { closeCodes, type CloseReason } from '@sidetone/protocol';
import { DeliveryLane } from './delivery-lane.js';
import type { MemoryClientEnd } from './memory-client-end.js';

/** What the server's end of a link asks of its transport. */
export interface MemoryLinkHost {
  readonly maxMessageBytes: number;
  authenticated(end: MemoryServerEnd, session: VoiceSession): void;
  binary(end: MemoryServerEnd, bytes: Uint8Array): void;
  /** Calls `turn` each ping period until cancelled; never where the transport does not ping. */
  watch(turn: () => void): CancelTimer;
  /** Called exactly once, before core hears of it. */
  ended(end: MemoryServerEnd): void;
}

/** RFC 6455 section 7.4.1: the message is too big. */
const TOO_BIG = 1009;

/** As over WebSocket (docs/protocol/control.md). */
const MAX_MISSES = 3;

/** The server's end of a link in memory: the control peer that core holds. */
export class MemoryServerEnd implements ControlPeer {
  readonly remoteAddress: string;
  readonly transport = 'memory';
  readonly #host: MemoryLinkHost;
  readonly #inbox = new DeliveryLane();
  #client: MemoryClientEnd | null = null;
  #control: ControlConnection | null = null;
  #status: 'open' | 'closing' | 'closed' = 'open';
  #inVoice = false;
  #unanswered = 0;
  #cancelWatch: CancelTimer = () => {};

  constructor(host: MemoryLinkHost, remoteAddress: string) {
    this.#host = host;
    this.remoteAddress = remoteAddress;
  }

  /** Gives the end its two neighbours. What core sends before `accept` returns is sent already. */
  connect(client: MemoryClientEnd, accept: (peer: ControlPeer) => ControlConnection): void {
    this.#client = client;
    this.#control = accept(this);
    if (this.#status === 'open') this.#cancelWatch = this.#host.watch(() => this.#ping());
  }

  get inVoice(): boolean {
    return this.#inVoice;
  }

  get queuedBytes(): number {
    return this.#client?.queuedBytes ?? 0;
  }

  send(message: string): void {
    if (this.#status === 'open') this.#client?.text(message);
  }

  /** One packet, type octet first, to the client. */
  sendPacket(packet: Uint8Array): void {
    if (this.#status === 'open') this.#client?.binary(packet);
  }

  close(reason: CloseReason, detail: string): void {
    this.#close(closeCodes[reason].code, detail);
  }

  authenticated(session: VoiceSession): void {
    if (this.#status !== 'closed') this.#host.authenticated(this, session);
  }

  setInVoice(inVoice: boolean): void {
    this.#inVoice = inVoice;
  }

  /** The client has read everything that was sent to it. */
  drained(): void {
    if (this.#status !== 'closed') this.#control?.drained();
  }

  /** From the client: one text message. */
  text(message: string): void {
    this.#inbox.push(Buffer.byteLength(message), () => {
      this.#unanswered = 0;
      this.#read(message);
    });
  }

  /** From the client: one packet, whose bytes are the server's from now on. */
  binary(bytes: Uint8Array): void {
    this.#inbox.push(bytes.length, () => {
      this.#unanswered = 0;
      if (this.#status === 'open') this.#host.binary(this, bytes);
    });
  }

  /** From the client: the answer to a ping. */
  pong(): void {
    this.#inbox.push(0, () => {
      this.#unanswered = 0;
    });
  }

  /** From the client: its last word; `answer` is called when the server has taken note. */
  farewell(detail: string, answer: () => void): void {
    this.#inbox.push(0, () => {
      this.end(detail);
      answer();
    });
  }

  /** Hears nothing of the client any more. */
  swallow(): void {
    this.#inbox.close();
  }

  end(detail: string): void {
    if (this.#status === 'closed') return;
    this.#status = 'closed';
    this.#cancelWatch();
    this.#inbox.close();
    this.#host.ended(this);
    this.#control?.closed(detail);
  }

  #ping(): void {
    if (this.#unanswered >= MAX_MISSES) return this.close('PEER_SILENT', 'no ping was answered');
    this.#unanswered += 1;
    if (this.#status === 'open') this.#client?.ping();
  }

  #read(message: string): void {
    if (this.#status !== 'open') return;
    if (Buffer.byteLength(message) <= this.#host.maxMessageBytes) this.#control?.message(message);
    else this.#close(TOO_BIG, 'the message is longer than the limit');
  }

  #close(code: number, detail: string): void {
    if (this.#status !== 'open') return;
    this.#status = 'closing';
    this.#client?.farewell({ code, reason: detail });
    // Without waiting for the client's answer: a half-open link would never give it.
    queueMicrotask(() => this.end(detail));
  }
}
