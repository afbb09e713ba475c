import {
  encodeNotification,
  encodeStateEvent,
  WireError,
  type CloseReason,
  type KeysActivate,
  type KeysSenders,
  type RouteKeys,
  type SignalName,
  type SignalPayload,
} from '@sidetone/protocol';
import type { SessionOutlet } from '../session/session-outlet.js';
import type { ControlAttachment } from './control-attachment.js';
import { EventRing } from './event-ring.js';

/**
 * Where the messages of one session go for as long as it lives. State events are numbered and kept
 * whether or not somebody is there; everything else is for who is connected.
 */
export class ControlOutlet implements SessionOutlet {
  readonly #sessionId: string;
  readonly #ring = new EventRing();
  #attachment: ControlAttachment | null = null;

  constructor(sessionId: string) {
    this.#sessionId = sessionId;
  }

  /** Number of the newest state event. */
  get seq(): number {
    return this.#ring.seq;
  }

  keeps(seq: number): boolean {
    return this.#ring.keeps(seq);
  }

  /** The events after that number; `null` where not all of them are kept. */
  since(seq: number): readonly string[] | null {
    return this.#ring.since(seq);
  }

  /**
   * The session goes on over this connection; one that it had before is displaced. `gone` is called
   * when this one ends while it is still the session's.
   */
  attach(attachment: ControlAttachment, gone: (detail: string) => void): void {
    const before = this.#attachment;
    this.#attachment = attachment;
    attachment.attach(this.#sessionId, this.seq, (detail) => {
      if (this.#attachment !== attachment) return;
      this.#attachment = null;
      gone(detail);
    });
    before?.close('DISPLACED', 'the session goes on over another connection');
  }

  state(name: string, payload: string): void {
    const seq = this.#ring.push(name, payload);
    this.#attachment?.state(encodeStateEvent(name, seq, payload), seq);
  }

  forgetHistory(): void {
    if (this.#attachment === null) this.#ring.forget();
  }

  signal<S extends SignalName>(name: S, payload: SignalPayload<S>): void {
    this.#attachment?.signal(name, payload);
  }

  pluginEvent(name: string, payload: string): void {
    this.#attachment?.say(`{"jsonrpc":"2.0","method":"${name}","params":${payload}}`);
  }

  installKeys(keys: RouteKeys): Promise<void> {
    return (
      this.#attachment?.ask('keys.install', keys) ??
      Promise.reject(new WireError('REQUEST_TIMEOUT', 'the session has no connection now'))
    );
  }

  activateKeys(activation: KeysActivate): void {
    this.#attachment?.say(encodeNotification('keys.activate', activation));
  }

  announceSenders(senders: KeysSenders): void {
    this.#attachment?.say(encodeNotification('keys.senders', senders));
  }

  close(reason: CloseReason, detail: string): void {
    const attachment = this.#attachment;
    this.#attachment = null;
    attachment?.close(reason, detail);
  }
}
