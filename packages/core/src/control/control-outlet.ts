import {
  closeCodes,
  encodeNotification,
  encodeStateEvent,
  type CloseReason,
  type Envelope,
  type KeysActivate,
  type KeysSenders,
  type RouteKeys,
  type SignalName,
  type SignalPayload,
} from '@sidetone/protocol';
import type { Clock } from '../contracts/clock.js';
import type { ControlPeer } from '../contracts/control-transport.js';
import type { SessionOutlet } from '../session/session-outlet.js';
import { ServerRequests } from './server-requests.js';

/** A snapshot waits for the client here, so that pacing it never counts as a slow reader. */
const SNAPSHOT_QUEUE_BYTES = 64 * 1024;

/** What may wait behind the welcome and an unfinished snapshot. */
const MAX_HELD_BYTES = 256 * 1024;

/** Ticks, each 2 s, that a snapshot may stand still; whoever answers pings may read nothing else. */
const MAX_IDLE_TICKS = 15;

/** Signals that concern others' talk are the first to go when the client reads slowly. */
const SIGNAL_QUEUE_BYTES = 128 * 1024;

/** A rolling restart must not bring everybody back in one second. */
const RETRY_AFTER_MS = { least: 1000, spread: 4000 } as const;

interface Backlog {
  /** Parts of the snapshot still to go. */
  readonly parts: string[];
  /** Everything else, in the order in which it was said. */
  readonly messages: string[];
  bytes: number;
}

/**
 * Speaks to one client: numbers its state events, and keeps the order that a client builds on: the
 * answer to its authentication, the snapshot, then all that has happened since.
 */
export class ControlOutlet implements SessionOutlet {
  readonly #peer: ControlPeer;
  readonly #requests: ServerRequests;
  readonly #sessionId: string;
  #seq = 0;
  #sentSeq = 0;
  #welcomed = false;
  /** `null` once the snapshot is through. */
  #backlog: Backlog | null = { parts: [], messages: [], bytes: 0 };
  #idleTicks = 0;
  #closed = false;

  constructor(peer: ControlPeer, clock: Clock, sessionId: string) {
    this.#peer = peer;
    this.#requests = new ServerRequests(clock, (message) => this.#send(message));
    this.#sessionId = sessionId;
  }

  /** Number of the newest state event. */
  get seq(): number {
    return this.#seq;
  }

  /** The first message of the session, and the snapshot behind it as fast as the client reads. */
  welcome(answer: string, snapshot: readonly string[]): void {
    if (this.#closed) return;
    this.#peer.send(answer);
    this.#welcomed = true;
    this.#backlog?.parts.push(...snapshot);
    this.pump();
  }

  /** The answer to a request, behind the state that the request has changed. */
  answer(message: string): void {
    this.#send(message);
  }

  /** False: nobody asked for this answer of the client. */
  answered(answer: Extract<Envelope, { kind: 'response' | 'error' }>): boolean {
    return this.#requests.answered(answer);
  }

  state(name: string, payload: string): void {
    this.#send(encodeStateEvent(name, (this.#seq += 1), payload));
    if (this.#backlog === null) this.#sentSeq = this.#seq;
  }

  signal<S extends SignalName>(name: S, payload: SignalPayload<S>): void {
    const crowded = this.#peer.queuedBytes > SIGNAL_QUEUE_BYTES;
    if (crowded && !this.#concernsSelf(name, payload)) return;
    this.#send(encodeNotification(name, payload));
  }

  tick(): void {
    if (this.#backlog === null) {
      this.#send(encodeNotification('tick', { seq: this.#sentSeq }));
      return;
    }
    this.#idleTicks += 1;
    if (this.#idleTicks > MAX_IDLE_TICKS) this.close('SLOW_READER', 'the snapshot stood still');
  }

  pluginEvent(name: string, payload: string): void {
    this.#send(`{"jsonrpc":"2.0","method":"${name}","params":${payload}}`);
  }

  installKeys(keys: RouteKeys): Promise<void> {
    return this.#requests.ask('keys.install', keys);
  }

  activateKeys(activation: KeysActivate): void {
    this.#send(encodeNotification('keys.activate', activation));
  }

  announceSenders(senders: KeysSenders): void {
    this.#send(encodeNotification('keys.senders', senders));
  }

  /** Called when the connection has room again. */
  pump(): void {
    const backlog = this.#backlog;
    if (!backlog || !this.#welcomed) return;
    while (backlog.parts.length > 0) {
      if (this.#closed || this.#peer.queuedBytes > SNAPSHOT_QUEUE_BYTES) return;
      this.#peer.send(backlog.parts.shift() as string);
      this.#idleTicks = 0;
    }
    this.#backlog = null;
    for (const message of backlog.messages) this.#send(message);
    this.#sentSeq = this.#seq;
  }

  close(reason: CloseReason, detail: string): void {
    if (this.#closed) return;
    const wait = RETRY_AFTER_MS.least + Math.floor(Math.random() * RETRY_AFTER_MS.spread);
    const comeBack = closeCodes[reason].comeBack === 'retryAfter' ? { retryAfterMs: wait } : {};
    this.#peer.send(encodeNotification('closing', { reason, message: detail, ...comeBack }));
    this.#peer.close(reason, detail);
    this.ended();
  }

  /** The connection is gone: whoever waits for an answer is told. */
  ended(): void {
    this.#closed = true;
    this.#requests.close();
  }

  #send(message: string): void {
    if (this.#closed) return;
    const backlog = this.#backlog;
    if (backlog === null) return this.#peer.send(message);
    backlog.messages.push(message);
    backlog.bytes += message.length;
    if (backlog.bytes > MAX_HELD_BYTES)
      this.close('SLOW_READER', 'the snapshot was read too slowly');
  }

  #concernsSelf<S extends SignalName>(name: S, payload: SignalPayload<S>): boolean {
    if (name === 'transmissionRefused' || name === 'voicePathChanged') return true;
    if (name === 'transmissionEnded') return true;
    return 'source' in payload && payload.source.session === this.#sessionId;
  }
}
