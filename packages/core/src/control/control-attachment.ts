import {
  closeCodes,
  encodeNotification,
  type CloseReason,
  type Envelope,
  type ServerMethodName,
  type SignalName,
  type SignalPayload,
} from '@sidetone/protocol';
import type { Clock } from '../contracts/clock.js';
import type { ControlPeer } from '../contracts/control-transport.js';
import { ServerRequests } from './server-requests.js';

/** A snapshot, and what follows it, waits here, so that pacing them never counts as a slow reader. */
const SNAPSHOT_QUEUE_BYTES = 64 * 1024;

/** What may wait behind the welcome and an unfinished snapshot. */
const MAX_HELD_BYTES = 256 * 1024;

/** Ticks, each 2 s, that a snapshot may stand still; whoever answers pings may read nothing else. */
const MAX_IDLE_TICKS = 15;

/** Signals that concern others' talk are the first to go when the client reads slowly. */
const SIGNAL_QUEUE_BYTES = 128 * 1024;

interface Backlog {
  /** Parts of the snapshot, or events of a replay, still to go. */
  readonly parts: string[];
  /** Everything else, in the order in which it was said. */
  readonly messages: string[];
  bytes: number;
}

interface ControlAttachmentParts {
  readonly peer: ControlPeer;
  readonly clock: Clock;
  /** For a close that says when to come back. */
  readonly retryAfterMs: () => number;
}

/** The session that an attachment speaks for. */
interface Attached {
  readonly sessionId: string;
  /** The connection has ended, whoever ended it. */
  readonly gone: (detail: string) => void;
}

/**
 * One connection's part of a session: keeps the order that a client builds on, which is the answer
 * to its authentication, the snapshot or the replay, then all that has happened since. Every method
 * is harmless after the end.
 */
export class ControlAttachment {
  readonly #parts: ControlAttachmentParts;
  readonly #requests: ServerRequests;
  #attached: Attached | null = null;
  #welcomed = false;
  /** `null` once the snapshot and all that waited behind it is through. */
  #backlog: Backlog | null = { parts: [], messages: [], bytes: 0 };
  /** Of the last state event that has gone out, once nothing is held back. */
  #seq = 0;
  #idleTicks = 0;
  #ended = false;

  constructor(parts: ControlAttachmentParts) {
    this.#parts = parts;
    this.#requests = new ServerRequests(parts.clock, (message) => this.say(message));
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Whether it speaks for a session. */
  get attached(): boolean {
    return this.#attached !== null;
  }

  /** Whether the answer that begins or goes on with a session has gone out. */
  get welcomed(): boolean {
    return this.#welcomed;
  }

  /** From now on it speaks for a session, whose newest state event has the number `seq`. */
  attach(sessionId: string, seq: number, gone: (detail: string) => void): void {
    this.#attached = { sessionId, gone };
    this.#seq = seq;
  }

  /** The first message of the session, and snapshot or replay behind it as fast as the client reads. */
  welcome(answer: string, parts: readonly string[]): void {
    if (this.#ended) return;
    this.#parts.peer.send(answer);
    this.#welcomed = true;
    this.#backlog?.parts.push(...parts);
    this.pump();
  }

  state(message: string, seq: number): void {
    this.#seq = seq;
    this.say(message);
  }

  signal<S extends SignalName>(name: S, payload: SignalPayload<S>): void {
    const crowded = this.#parts.peer.queuedBytes > SIGNAL_QUEUE_BYTES;
    if (crowded && !this.#concernsSelf(name, payload)) return;
    this.say(encodeNotification(name, payload));
  }

  /** Anything else, in its turn: answers behind the state that they have changed. */
  say(message: string): void {
    if (this.#ended) return;
    const backlog = this.#backlog;
    if (backlog === null) return this.#parts.peer.send(message);
    backlog.messages.push(message);
    backlog.bytes += message.length;
    if (backlog.bytes > MAX_HELD_BYTES) {
      this.close('SLOW_READER', 'the snapshot was read too slowly');
    }
  }

  /** Resolves when the client has answered; rejects with `WireError`, also at the end. */
  ask(method: ServerMethodName, params: unknown): Promise<void> {
    return this.#requests.ask(method, params);
  }

  /** False: nobody asked for this answer of the client. */
  answered(answer: Extract<Envelope, { kind: 'response' | 'error' }>): boolean {
    return this.#requests.answered(answer);
  }

  tick(): void {
    if (this.#backlog === null) return this.say(encodeNotification('tick', { seq: this.#seq }));
    this.#idleTicks += 1;
    if (this.#idleTicks > MAX_IDLE_TICKS) this.close('SLOW_READER', 'the snapshot stood still');
  }

  /** Called when the connection has room again. */
  pump(): void {
    const backlog = this.#backlog;
    if (!backlog || !this.#welcomed) return;
    while (backlog.parts.length + backlog.messages.length > 0) {
      if (this.#ended || this.#parts.peer.queuedBytes > SNAPSHOT_QUEUE_BYTES) return;
      this.#parts.peer.send(takeNext(backlog));
      this.#idleTicks = 0;
    }
    this.#backlog = null;
  }

  /** Says why, and ends the connection. */
  close(reason: CloseReason, detail: string): void {
    if (this.#ended) return;
    const { peer, retryAfterMs } = this.#parts;
    const { comeBack } = closeCodes[reason];
    const wait = comeBack === 'retryAfter' ? { retryAfterMs: retryAfterMs() } : {};
    peer.send(encodeNotification('closing', { reason, message: detail, ...wait }));
    this.end(`${reason}: ${detail}`);
    peer.close(reason, detail);
  }

  /** The connection is gone: whoever waits for an answer is told, and the session if there is one. */
  end(detail: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#requests.close();
    this.#attached?.gone(detail);
  }

  #concernsSelf<S extends SignalName>(name: S, payload: SignalPayload<S>): boolean {
    if (name === 'transmissionRefused' || name === 'voicePathChanged') return true;
    if (name === 'transmissionEnded' || name === 'transmissionEnding') return true;
    return 'source' in payload && payload.source.session === this.#attached?.sessionId;
  }
}

/** From a backlog that is not empty. */
function takeNext(backlog: Backlog): string {
  const part = backlog.parts.shift();
  if (part !== undefined) return part;
  const message = backlog.messages.shift() as string;
  backlog.bytes -= message.length;
  return message;
}
