import type { Clock } from '../clock/clock.js';
import { PathMonitor } from './path-monitor.js';
import type { RecentFrame } from './recent-frames.js';
import { OWN_PING_IDS_FROM, WebSocketPath } from './websocket-path.js';

export interface WebSocketCarrierParts {
  readonly clock: Clock;
  readonly send: (message: Uint8Array) => void;
  readonly media: (body: Uint8Array) => void;
  readonly rejected: (reason: string) => void;
}

/** Frames that were sent, and those that were dropped because the connection is too slow. */
export interface CarrierCounts {
  readonly sent: number;
  readonly dropped: number;
}

interface Line {
  readonly path: WebSocketPath;
  readonly monitor: PathMonitor;
}

/** The WebSocket's voice over all control connections of a session, one after the other. */
export class WebSocketCarrier {
  readonly #parts: WebSocketCarrierParts;
  #line: Line;
  #before: CarrierCounts = { sent: 0, dropped: 0 };
  #mediaSincePing = false;

  constructor(parts: WebSocketCarrierParts) {
    this.#parts = parts;
    this.#line = this.#open();
  }

  get rttMs(): number | null {
    return this.#line.monitor.rttMs ?? this.#line.path.rttMs;
  }

  get monitor(): PathMonitor {
    return this.#line.monitor;
  }

  /** Frames that are held back until the way is free. */
  get waiting(): number {
    return this.#line.path.waiting;
  }

  get dropped(): number {
    return this.counts.dropped;
  }

  get counts(): CarrierCounts {
    const { mediaSent, dropped } = this.#line.path;
    return { sent: this.#before.sent + mediaSent, dropped: this.#before.dropped + dropped };
  }

  send({ body, priority, durationMs }: RecentFrame): void {
    this.#mediaSincePing = true;
    this.#line.path.send(body, priority, durationMs);
  }

  receive(bytes: Uint8Array): void {
    this.#line.path.receive(bytes);
  }

  /** Another connection: counters and clock begin anew, on the other side too. */
  renew(): void {
    this.#before = this.counts;
    this.#line.path.close();
    this.#line = this.#open();
  }

  /** Asks how the way is, if voice has gone it since the last time. */
  pingIfUsed(): void {
    if (!this.#mediaSincePing) return;
    this.#mediaSincePing = false;
    this.#line.monitor.ping(this.#line.path, this.#parts.clock.now());
  }

  close(): void {
    this.#line.path.close();
  }

  #open(): Line {
    const { clock, send, media, rejected } = this.#parts;
    const monitor = new PathMonitor(OWN_PING_IDS_FROM);
    const path = new WebSocketPath({
      clock,
      send,
      listener: {
        media: (body) => {
          this.#mediaSincePing = true;
          media(body);
        },
        pong: (pong) => void monitor.pong(pong, clock.now()),
        rejected,
      },
    });
    return { path, monitor };
  }
}
