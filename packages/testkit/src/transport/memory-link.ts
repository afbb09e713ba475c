/** How a link ended: code and reason of the close, 1006 where the peer just vanished. */
export interface MemoryLinkEnd {
  readonly code: number;
  readonly reason: string;
}

/** What a link tells the client; nothing after `closed`, which comes at most once. */
export interface MemoryLinkListener {
  opened?(): void;
  text?(message: string): void;
  /** The bytes are the listener's to keep. */
  binary?(bytes: Uint8Array): void;
  /** The server has pinged, and was answered. */
  alive?(): void;
  closed?(end: MemoryLinkEnd): void;
}

/** Everything a link without a listener has received, in order. */
export type MemoryMessage =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary'; readonly bytes: Uint8Array };

/** The client's end of a connection in memory, and the test's hands on it. */
export interface MemoryLink {
  readonly status: 'open' | 'closing' | 'closed';
  /** Kept only where `connect` was given no listener. */
  readonly received: readonly MemoryMessage[];
  /** How it ended; `null` until then. */
  readonly end: MemoryLinkEnd | null;
  /** What core last said of the session: the transport pings more often while it is in voice. */
  readonly inVoice: boolean;
  /** `null`: memory has no addresses. */
  remoteAddress(): string | null;
  sendText(message: string): void;
  /** One packet, type octet first. The bytes are copied. */
  sendBinary(bytes: Uint8Array): void;
  /** Ends the link after what is queued. On a frozen link it waits for an answer in vain. */
  close(code?: number, reason?: string): void;
  /** Ends the link at once, for the client; the server learns it unless the link is frozen. */
  terminate(): void;
  /**
   * Makes the link half-open: both directions swallow everything from now on, and neither end is
   * told. It never thaws; `terminate` ends it for the client, `cut` for both, and the server notices
   * by itself where the transport pings.
   */
  freeze(): void;
  /** Breaks the link for both ends at once; what was queued is lost. */
  cut(): void;
  /** The client reads nothing any more: what the server sends piles up. */
  pauseReading(): void;
  resumeReading(): void;
}
