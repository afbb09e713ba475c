/** What really happened to the streams of one direction. */
export interface StreamStatistics {
  bytesReceived: number;
  bytesForwarded: number;
  /** Pieces that left later than they came because of delay or jitter. */
  delayed: number;
  /** Pieces that had to wait for the rate limit. */
  throttled: number;
  /** Pieces that met a half-open path, and end-of-stream marks alike. */
  heldHalfOpen: number;
}

export function emptyStreamStatistics(): StreamStatistics {
  return { bytesReceived: 0, bytesForwarded: 0, delayed: 0, throttled: 0, heldHalfOpen: 0 };
}

/** What really happened to connections. */
export interface ConnectionStatistics {
  accepted: number;
  /** Ended by `cut`. */
  cut: number;
  /** Reset at once, because the way was blocked. */
  blocked: number;
  /** Went half-open. */
  halfOpen: number;
}

export function emptyConnectionStatistics(): ConnectionStatistics {
  return { accepted: 0, cut: 0, blocked: 0, halfOpen: 0 };
}
