export type VoiceTransportName = 'udp' | 'websocket';

/** The answer to a ping, with the counters of both ends; media frames on this path, modulo 2^32. */
export interface PathPong {
  readonly id: number;
  /** What the server has sent and received. */
  readonly mediaSent: number;
  readonly mediaReceived: number;
  /** What this end had received when the pong came. */
  readonly mediaReceivedHere: number;
}

/** What a path tells its owner. */
export interface VoicePathListener {
  /** One downlink media body; a view that is valid in this call only. */
  media(body: Uint8Array): void;
  pong(pong: PathPong): void;
  /** A packet that no server may send, counted by reason. */
  rejected(reason: string): void;
}

/** One way for voice between this client and the server. */
export interface VoicePath {
  /**
   * Sends one uplink media body, now or, where the path is clocked, a little later or never.
   * @param priority class 0-3: the lowest is dropped first
   */
  send(body: Uint8Array, priority: number, durationMs: number): void;
  /** @returns the media frames that this end has sent so far, as the ping says it */
  ping(id: number): number;
  /** Idempotent; the listener hears nothing after it. */
  close(): void;
}
