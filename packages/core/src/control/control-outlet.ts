import {
  closeCodes,
  encodeNotification,
  encodeStateEvent,
  type CloseReason,
  type KeysActivate,
  type KeysSenders,
  type RouteKeys,
  type SignalName,
  type SignalPayload,
} from '@sidetone/protocol';
import type { ControlPeer } from '../contracts/control-transport.js';
import type { SessionOutlet } from '../session/session-outlet.js';
import type { ServerRequests } from './server-requests.js';

/** A snapshot waits for the client here, so that pacing it never counts as a slow reader. */
const SNAPSHOT_QUEUE_BYTES = 64 * 1024;

/** What may wait behind an unfinished snapshot. */
const MAX_HELD_BYTES = 256 * 1024;

/** Signals that concern others' talk are the first to go when the client reads slowly. */
const SIGNAL_QUEUE_BYTES = 128 * 1024;

/** A rolling restart must not bring everybody back in one second. */
const RETRY_AFTER_MS = { least: 1000, spread: 4000 } as const;

/** Speaks to one client: numbers its state events and keeps them behind the snapshot. */
export class ControlOutlet implements SessionOutlet {
  readonly #peer: ControlPeer;
  readonly #requests: ServerRequests;
  readonly #sessionId: string;
  #seq = 0;
  #sentSeq = 0;
  /** Parts still to go, and what came meanwhile; `null` once the snapshot is through. */
  #snapshot: { readonly parts: string[]; readonly held: string[]; heldBytes: number } | null = {
    parts: [],
    held: [],
    heldBytes: 0,
  };
  #closed = false;

  constructor(peer: ControlPeer, requests: ServerRequests, sessionId: string) {
    this.#peer = peer;
    this.#requests = requests;
    this.#sessionId = sessionId;
  }

  /** Number of the newest state event. */
  get seq(): number {
    return this.#seq;
  }

  state(name: string, payload: string): void {
    const message = encodeStateEvent(name, (this.#seq += 1), payload);
    if (this.#snapshot === null) {
      this.#sentSeq = this.#seq;
      this.#send(message);
      return;
    }
    this.#snapshot.held.push(message);
    this.#snapshot.heldBytes += message.length;
    if (this.#snapshot.heldBytes > MAX_HELD_BYTES) {
      this.close('SLOW_READER', 'the snapshot was read too slowly');
    }
  }

  signal<S extends SignalName>(name: S, payload: SignalPayload<S>): void {
    const crowded = this.#peer.queuedBytes > SIGNAL_QUEUE_BYTES;
    if (crowded && !this.#concernsSelf(name, payload)) return;
    this.#send(encodeNotification(name, payload));
  }

  tick(): void {
    this.#send(encodeNotification('tick', { seq: this.#sentSeq }));
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

  /** Sends the parts as fast as the client reads; state events follow the last one. */
  sendSnapshot(parts: readonly string[]): void {
    this.#snapshot?.parts.push(...parts);
    this.pump();
  }

  /** Called when the connection has room again. */
  pump(): void {
    const snapshot = this.#snapshot;
    if (!snapshot) return;
    while (snapshot.parts.length > 0) {
      if (this.#closed || this.#peer.queuedBytes > SNAPSHOT_QUEUE_BYTES) return;
      this.#send(snapshot.parts.shift() as string);
    }
    this.#snapshot = null;
    for (const message of snapshot.held) this.#send(message);
    this.#sentSeq = this.#seq;
  }

  close(reason: CloseReason, detail: string): void {
    if (this.#closed) return;
    const wait = RETRY_AFTER_MS.least + Math.floor(Math.random() * RETRY_AFTER_MS.spread);
    const comeBack = closeCodes[reason].comeBack === 'retryAfter' ? { retryAfterMs: wait } : {};
    this.#send(encodeNotification('closing', { reason, message: detail, ...comeBack }));
    this.#peer.close(reason, detail);
    this.ended();
  }

  /** The connection is gone: whoever waits for an answer is told. */
  ended(): void {
    this.#closed = true;
    this.#requests.close();
  }

  #send(message: string): void {
    if (!this.#closed) this.#peer.send(message);
  }

  #concernsSelf<S extends SignalName>(name: S, payload: SignalPayload<S>): boolean {
    if (name === 'transmissionRefused' || name === 'voicePathChanged') return true;
    if (name === 'transmissionEnded') return true;
    return 'source' in payload && payload.source.session === this.#sessionId;
  }
}
