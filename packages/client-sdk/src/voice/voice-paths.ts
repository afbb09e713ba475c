import type { Downlink, VoiceOffer } from '@sidetone/protocol';
import type { OpusFrame } from '../audio/opus-frame.js';
import type { OpenUdpPath } from '../client/platform.js';
import type { CancelTimer, Clock } from '../clock/clock.js';
import type { DatagramPath, DatagramPathListener } from './datagram-path.js';
import { DownlinkRequest } from './downlink-request.js';
import { PathGovernor, type Arrivals } from './path-governor.js';
import { PathMonitor } from './path-monitor.js';
import type { QualityMeasurement } from './quality-gauge.js';
import { QualityReport } from './quality-report.js';
import { RecentFrames, type RecentFrame } from './recent-frames.js';
import type { PathPong, VoiceTransportName } from './voice-path.js';
import type { VoiceQuality } from './voice-quality.js';
import { WebSocketCarrier } from './websocket-carrier.js';

export interface VoicePathsListener {
  media(body: Uint8Array): void;
  /** Voice from here goes this way from now on; `null`: no path works. */
  uplinkChanged(path: Downlink | null): void;
  downlinkChanged(path: Downlink): void;
  failed(path: VoiceTransportName, message: string): void;
  count(reason: string): void;
  /** Called once a second. */
  measured(measurement: QualityMeasurement): void;
  qualityChanged(quality: VoiceQuality, previous: VoiceQuality): void;
}

export interface VoicePathsParts {
  readonly clock: Clock;
  /** Where the server is, for an offer that names no host; asked when UDP is opened. */
  readonly serverHost: () => string;
  readonly transports: ReadonlySet<VoiceTransportName>;
  readonly openUdpPath: OpenUdpPath | null;
  readonly sendBinary: (message: Uint8Array) => void;
  /** Asks the server to send on this path; rejects when it does not. */
  readonly requestDownlink: (downlink: Downlink) => Promise<void>;
  /** A request of the voice side failed; nothing else hangs on it. */
  readonly rejected: (message: string) => void;
  readonly listener: VoicePathsListener;
}

/** Over so long the counters are compared to find that hardly anything arrives. */
const ARRIVAL_WINDOW_MS = 1_000;
const LOSING_FROM = 0.8;

/**
 * The ways of voice in one session: WebSocket from the start, UDP once it has been proved, and what
 * the governor says from then on.
 */
export class VoicePaths {
  readonly #parts: VoicePathsParts;
  readonly #webSocket: WebSocketCarrier;
  readonly #governor: PathGovernor;
  readonly #downlink: DownlinkRequest;
  readonly #report: QualityReport;
  readonly #udpMonitor = new PathMonitor();
  readonly #recent = new RecentFrames();
  #udp: DatagramPath | null = null;
  #up: Downlink | null;
  #down: Downlink = 'websocket';
  #control = true;
  #closed = false;
  #alarmAt = Infinity;
  #cancelAlarm: CancelTimer | null = null;

  constructor(parts: VoicePathsParts) {
    this.#parts = parts;
    const { clock, transports, listener } = parts;
    this.#webSocket = new WebSocketCarrier({
      clock,
      send: parts.sendBinary,
      media: (body) => listener.media(body),
      rejected: (reason) => listener.count(`websocket:${reason}`),
    });
    this.#governor = this.#createGovernor(transports.has('websocket'));
    this.#up = this.#governor.uplink;
    this.#downlink = new DownlinkRequest({
      clock,
      request: parts.requestDownlink,
      agreed: (downlink) => this.downlinkIs(downlink),
      rejected: parts.rejected,
    });
    this.#report = this.#createReport();
  }

  /** `both` while UDP is in doubt; `null` while no allowed path works. */
  get up(): Downlink | null {
    return this.#up;
  }

  /** As the server last said. */
  get down(): Downlink {
    return this.#down;
  }

  /** Of the way up; of UDP where both are used. */
  get rttMs(): number | null {
    if (this.#up === null) return null;
    return this.#up === 'websocket' ? this.#webSocket.rttMs : this.#udpMonitor.rttMs;
  }

  get quality(): VoiceQuality {
    return this.#report.quality;
  }

  /** Frames that wait for the WebSocket, if voice goes that way. */
  get uplinkQueued(): number {
    return this.#up === 'websocket' ? this.#webSocket.waiting : 0;
  }

  /** Frames that the WebSocket was too slow for. */
  get uplinkDropped(): number {
    return this.#webSocket.dropped;
  }

  /** Tries the paths that the server offers beyond the one that is there. */
  open(offers: readonly VoiceOffer[]): void {
    const { openUdpPath, transports, serverHost, clock, listener } = this.#parts;
    this.#report.start();
    const offer = offers.find((candidate) => candidate.transport === 'udp');
    if (!offer || !openUdpPath || !transports.has('udp')) {
      if (this.#up === null) listener.failed('udp', 'the server does not offer it');
      return;
    }
    this.#udp = openUdpPath({ offer, serverHost, clock, listener: this.#udpListener() });
    this.#inform((now) => this.#governor.start(now));
  }

  send(body: Uint8Array, priority: number, durationMs: number): void {
    const up = this.#up;
    if (up === null) return this.#parts.listener.count('noPath');
    const sentAt = this.#parts.clock.now();
    const frame: RecentFrame = { body, priority, durationMs, sentAt };
    if (up !== 'udp') this.#webSocket.send(frame);
    if (up === 'websocket') return;
    // Kept before it is sent: the system may refuse it at once.
    if (up === 'udp') this.#recent.add(frame);
    this.#udp?.send(body, priority, durationMs);
    this.#inform((now) => this.#governor.mediaSent(now));
  }

  receiveBinary(bytes: Uint8Array): void {
    this.#webSocket.receive(bytes);
  }

  /** A frame was heard, whichever way it came. */
  frameHeard(frame: OpusFrame): void {
    this.#report.heard(frame);
    this.#inform((now) => this.#governor.heard(frame.source.id, frame.end, now));
  }

  /** The server says which way it sends. */
  downlinkIs(downlink: Downlink): void {
    if (this.#closed || downlink === this.#down) return;
    this.#down = downlink;
    this.#parts.listener.downlinkChanged(downlink);
  }

  /** The control connection is gone, and with it the WebSocket's voice. */
  controlLost(): void {
    if (!this.#control) return;
    this.#control = false;
    this.#downlink.suspend();
    this.#inform((now) => this.#governor.controlLost(now));
    // A server that has lost the one path takes the other.
    if (this.#governor.udpKnown) this.downlinkIs('udp');
  }

  /** Another control connection carries the session. */
  controlRestored(): void {
    if (this.#control) return;
    this.#control = true;
    this.#webSocket.renew();
    this.#inform((now) => this.#governor.controlRestored(now));
    this.#downlink.resume(this.#governor.udpKnown);
  }

  /** The way to the server may be another now: UDP is tried at once, from a new socket. */
  networkChanged(): void {
    this.#inform((now) => this.#governor.networkChanged(now));
  }

  close(): void {
    this.#closed = true;
    this.#cancelAlarm?.();
    this.#downlink.suspend();
    this.#report.close();
    this.#udp?.close();
    this.#webSocket.close();
  }

  #createGovernor(webSocket: boolean): PathGovernor {
    return new PathGovernor({
      webSocket,
      actions: {
        renew: () => this.#udp?.renew(),
        ask: () => this.#udp?.ask(),
        ping: (now) => {
          if (this.#udp) this.#udpMonitor.ping(this.#udp, now);
        },
        gaveUp: (message) => this.#parts.listener.failed('udp', message),
      },
    });
  }

  #createReport(): QualityReport {
    return new QualityReport({
      clock: this.#parts.clock,
      udp: this.#udpMonitor,
      webSocket: this.#webSocket,
      ways: () => ({ up: this.#up, down: this.#down, control: this.#control }),
      measured: (measurement) => this.#parts.listener.measured(measurement),
      changed: (quality, previous) => this.#parts.listener.qualityChanged(quality, previous),
    });
  }

  #udpListener(): DatagramPathListener {
    const { listener } = this.#parts;
    return {
      media: (body) => {
        this.#inform((now) => this.#governor.mediaReceived(now));
        listener.media(body);
      },
      pong: (pong) => this.#udpPong(pong),
      rejected: (reason) => listener.count(`udp:${reason}`),
      opened: () => this.#inform((now) => this.#governor.opened(now)),
      challenged: () => this.#inform((now) => this.#governor.challenged(now)),
      failed: (message) => this.#inform((now) => this.#governor.failed(message, now)),
    };
  }

  #udpPong(pong: PathPong): void {
    this.#inform((now) => {
      const pingedAt = this.#udpMonitor.pong(pong, now);
      if (pingedAt !== null) this.#governor.pong(pingedAt, this.#arrivals(), now);
    });
  }

  #arrivals(): Arrivals {
    const { uplink, downlink } = this.#udpMonitor.loss(ARRIVAL_WINDOW_MS);
    if (uplink === null && downlink === null) return 'unknown';
    return Math.max(uplink ?? 0, downlink ?? 0) > LOSING_FROM ? 'losing' : 'arriving';
  }

  /** Tells the governor, and does what it decides. */
  #inform(tell: (nowMs: number) => void): void {
    if (this.#closed) return;
    const now = this.#parts.clock.now();
    tell(now);
    this.#governor.tick(now);
    this.#follow(now);
    this.#setAlarm(now);
  }

  #follow(nowMs: number): void {
    const { uplink, downlink } = this.#governor;
    const previous = this.#up;
    this.#up = uplink;
    if (uplink !== previous) this.#parts.listener.uplinkChanged(uplink);
    // What went out just before the failure was told may have gone nowhere.
    if (previous === 'udp' && uplink === 'websocket') {
      for (const frame of this.#recent.take(nowMs)) this.#webSocket.send(frame);
    }
    this.#downlink.want(downlink);
  }

  #setAlarm(nowMs: number): void {
    if (this.#closed) return;
    const at = this.#governor.nextDueAt;
    // One that is too early does no harm, and this is asked with every frame.
    if (at >= this.#alarmAt) return;
    this.#cancelAlarm?.();
    this.#alarmAt = at;
    this.#cancelAlarm = this.#parts.clock.after(at - nowMs, () => {
      this.#alarmAt = Infinity;
      this.#cancelAlarm = null;
      this.#inform(() => undefined);
    });
  }
}
