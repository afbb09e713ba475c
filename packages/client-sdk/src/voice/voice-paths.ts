import type { Downlink, VoiceOffer } from '@sidetone/protocol';
import type { Platform } from '../client/platform.js';
import type { Clock } from '../clock/clock.js';
import type { OpusFrame } from '../audio/opus-frame.js';
import type { VoiceQuality } from './voice-quality.js';
import type { VoicePath, VoicePathListener, VoiceTransportName } from './voice-path.js';
import { WebSocketPath } from './websocket-path.js';

export interface VoicePathsListener {
  media(body: Uint8Array): void;
  /** Voice from here goes this way from now on. */
  uplinkChanged(path: Downlink | null): void;
  downlinkChanged(path: Downlink): void;
  failed(path: VoiceTransportName, message: string): void;
  count(reason: string): void;
  qualityChanged(quality: VoiceQuality, previous: VoiceQuality): void;
}

export interface VoicePathsParts {
  readonly clock: Clock;
  /** Where the server is, for an offer that names no host; asked when UDP is opened. */
  readonly serverHost: () => string;
  readonly transports: ReadonlySet<VoiceTransportName>;
  readonly openUdpPath: Platform['openUdpPath'];
  readonly sendBinary: (message: Uint8Array) => void;
  /** Asks the server to send on this path; rejects when it does not. */
  readonly requestDownlink: (downlink: Downlink) => Promise<void>;
  /** A request of the voice side failed; nothing else hangs on it. */
  readonly rejected: (message: string) => void;
  readonly listener: VoicePathsListener;
}

/** The ways of voice in one session: WebSocket from the start, UDP once it has been proved. */
export class VoicePaths {
  readonly #parts: VoicePathsParts;
  readonly #webSocket: WebSocketPath;
  #udp: VoicePath | null = null;
  #up: VoicePath | null;
  #down: Downlink = 'websocket';

  constructor(parts: VoicePathsParts) {
    this.#parts = parts;
    this.#webSocket = new WebSocketPath({
      clock: parts.clock,
      send: parts.sendBinary,
      listener: this.#listenerFor('websocket'),
    });
    this.#up = parts.transports.has('websocket') ? this.#webSocket : null;
  }

  /** `null` while no allowed path works yet. */
  get up(): VoiceTransportName | null {
    return this.#up?.transport ?? null;
  }

  /** As the server last said. */
  get down(): Downlink {
    return this.#down;
  }

  get rttMs(): number | null {
    return this.#up?.rttMs ?? null;
  }

  /** Frames that the WebSocket was too slow for. */
  get uplinkDropped(): number {
    return this.#webSocket.dropped;
  }

  get quality(): VoiceQuality {
    return {
      level: 'good',
      reasons: [],
      rttMs: this.rttMs,
      uplinkLoss: null,
      downlinkLoss: null,
      jitterMs: null,
    };
  }

  frameHeard(_frame: OpusFrame): void {}

  /** The control connection is gone, and with it the WebSocket's voice. */
  controlLost(): void {}

  /** Another control connection carries the session. */
  controlRestored(): void {}

  /** The way to the server may be another now. */
  networkChanged(): void {}

  /** Tries the paths that the server offers beyond the one that is there. */
  open(offers: readonly VoiceOffer[]): void {
    const { openUdpPath, transports, serverHost, clock } = this.#parts;
    const offer = offers.find((candidate) => candidate.transport === 'udp');
    if (!offer || !openUdpPath || !transports.has('udp')) {
      if (this.#up === null) this.#parts.listener.failed('udp', 'the server does not offer it');
      return;
    }
    const listener = this.#listenerFor('udp');
    this.#udp = openUdpPath({ offer, serverHost: serverHost(), clock, listener });
  }

  send(body: Uint8Array, priority: number, durationMs: number): void {
    if (this.#up) this.#up.send(body, priority, durationMs);
    else this.#parts.listener.count('noPath');
  }

  receiveBinary(bytes: Uint8Array): void {
    this.#webSocket.receive(bytes);
  }

  /** The server says which way it sends. */
  downlinkIs(downlink: Downlink): void {
    if (downlink === this.#down) return;
    this.#down = downlink;
    this.#parts.listener.downlinkChanged(downlink);
  }

  close(): void {
    this.#udp?.close();
    this.#webSocket.close();
  }

  #listenerFor(transport: VoiceTransportName): VoicePathListener {
    const { listener } = this.#parts;
    return {
      media: (body) => listener.media(body),
      rejected: (reason) => listener.count(`${transport}:${reason}`),
      ready: () => this.#useUdp(),
      failed: (message) => this.#giveUpUdp(message),
    };
  }

  #useUdp(): void {
    if (!this.#udp || this.#up === this.#udp) return;
    this.#up = this.#udp;
    this.#parts.listener.uplinkChanged('udp');
  }

  #giveUpUdp(message: string): void {
    const wasUp = this.#up === this.#udp;
    this.#udp = null;
    this.#parts.listener.failed('udp', message);
    if (this.#down !== 'websocket') {
      void this.#parts.requestDownlink('websocket').catch(() => undefined);
    }
    if (!wasUp || !this.#parts.transports.has('websocket')) {
      if (wasUp) this.#up = null;
      return;
    }
    this.#up = this.#webSocket;
    this.#parts.listener.uplinkChanged('websocket');
  }
}
