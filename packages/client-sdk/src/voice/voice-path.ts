export type VoiceTransportName = 'udp' | 'websocket';

/** What a path tells its owner. */
export interface VoicePathListener {
  /** One downlink media body; a view that is valid in this call only. */
  media(body: Uint8Array): void;
  /** Frames sent from now on arrive. */
  ready(): void;
  /** The path is of no more use; it has closed itself. */
  failed(message: string): void;
  /** A packet that no server may send, counted by reason. */
  rejected(reason: string): void;
}

/** One way for voice between this client and the server. */
export interface VoicePath {
  readonly transport: VoiceTransportName;
  /** Smoothed; `null` before the first answer. */
  readonly rttMs: number | null;
  /**
   * Sends one uplink media body, now or, where the path is clocked, a little later or never.
   * @param priority class 0-3: the lowest is dropped first
   */
  send(body: Uint8Array, priority: number, durationMs: number): void;
  /** Idempotent; the listener hears nothing after it. */
  close(): void;
}
