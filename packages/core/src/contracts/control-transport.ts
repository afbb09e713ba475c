import type { CloseReason } from '@sidetone/protocol';
import { createToken, type Token } from '../token.js';
import type { VoiceSession } from './voice-transport.js';

/** What core may do with a connection. Each method is harmless after the close. */
export interface ControlPeer {
  /** Address of the client as the server saw it, for throttling and logs. */
  readonly remoteAddress: string;
  /** Name of the transport, for logs. */
  readonly transport: string;
  /** Bytes that wait for the client to read them. */
  readonly queuedBytes: number;
  send(message: string): void;
  /** Ends the connection after what is queued; `detail` is for people. */
  close(reason: CloseReason, detail: string): void;
  /**
   * The session that this connection authenticated as; the transport may carry its voice from now
   * on. Called once.
   */
  authenticated(session: VoiceSession): void;
  /** True while the session has joined a channel: the transport pings more often. */
  setInVoice(inVoice: boolean): void;
}

/** What the transport tells core of a connection. */
export interface ControlConnection {
  /**
   * It has no session, and none is on its way: where connections have to make room for others, the
   * transport may end it. False after the end.
   */
  readonly idle: boolean;
  /**
   * One text message. Core answers one above `Limits.messageBytes` with an error; what is above
   * 64 KiB, the most that limit can be, the transport ends the connection for.
   */
  message(text: string): void;
  /** What was queued has gone out; core may continue a paced snapshot. */
  drained(): void;
  /** The connection has ended, whoever ended it. Called exactly once. */
  closed(detail: string): void;
}

/**
 * Core's door for control connections: a transport plugin gets it from the container, calls
 * `accept` for each new connection once, and drives what it gets back.
 */
export interface ControlIngress {
  accept(peer: ControlPeer): ControlConnection;
}

export const ControlIngress: Token<ControlIngress> = createToken('ControlIngress');
