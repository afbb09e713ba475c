import type { Downlink } from '@sidetone/protocol';
import type { OpusFrame } from '../audio/opus-frame.js';
import type { CancelTimer, Clock } from '../clock/clock.js';
import { JitterMeter } from './jitter-meter.js';
import type { PathLoss } from './loss-window.js';
import type { PathMonitor } from './path-monitor.js';
import { differs, QualityGauge, type QualityMeasurement } from './quality-gauge.js';
import type { VoiceQuality } from './voice-quality.js';
import type { CarrierCounts, WebSocketCarrier } from './websocket-carrier.js';

/** The ways that voice takes now. */
export interface ChosenWays {
  readonly up: Downlink | null;
  readonly down: Downlink;
  /** There is a control connection, and a WebSocket path with it. */
  readonly control: boolean;
}

export interface QualityReportParts {
  readonly clock: Clock;
  readonly udp: PathMonitor;
  readonly webSocket: WebSocketCarrier;
  readonly ways: () => ChosenWays;
  /** Called once a second. */
  readonly measured: (measurement: QualityMeasurement) => void;
  readonly changed: (quality: VoiceQuality, previous: VoiceQuality) => void;
}

const PERIOD_MS = 1_000;
/** Long enough for 1 % of a talkspurt to be two frames, short enough to tell of now. */
const WINDOW_MS = 4_000;
const WINDOW_PERIODS: number = WINDOW_MS / PERIOD_MS;
/** What was measured longer ago says nothing of now; pings come each second while voice flows. */
const FRESH_MS = 5_000;
const UNANSWERED_MS = 1_500;
const MIN_FRAMES = 10;
const NOTHING: PathLoss = { uplink: null, downlink: null };

/** Says once a second how good the ways of voice are. */
export class QualityReport {
  readonly #parts: QualityReportParts;
  readonly #gauge = new QualityGauge();
  readonly #jitter = new JitterMeter();
  readonly #counts: CarrierCounts[] = [];
  #cancel: CancelTimer | null = null;
  #quality: VoiceQuality = {
    level: 'good',
    reasons: [],
    rttMs: null,
    uplinkLoss: null,
    downlinkLoss: null,
    jitterMs: null,
  };

  constructor(parts: QualityReportParts) {
    this.#parts = parts;
  }

  get quality(): VoiceQuality {
    return this.#quality;
  }

  start(): void {
    this.#cancel ??= this.#parts.clock.every(PERIOD_MS, () => this.#judge());
  }

  heard(frame: OpusFrame): void {
    this.#jitter.heard(frame, this.#parts.clock.now());
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #judge(): void {
    const ways = this.#parts.ways();
    const previous = this.#quality;
    const measurement = this.#measure(ways);
    this.#quality = this.#gauge.judge(measurement);
    this.#parts.measured(measurement);
    if (ways.control) this.#parts.webSocket.pingIfUsed();
    if (differs(previous, this.#quality)) this.#parts.changed(this.#quality, previous);
  }

  #measure(ways: ChosenWays): QualityMeasurement {
    const now = this.#parts.clock.now();
    const udp = this.#lossOf(this.#parts.udp, now);
    const webSocket = this.#lossOf(this.#parts.webSocket.monitor, now);
    const overWebSocket = this.#webSocketDrops();
    return {
      rttMs: this.#rttMs(ways, now),
      uplinkLoss: lossOn(ways.up, udp.uplink, overWebSocket),
      downlinkLoss: lossOn(ways.down, udp.downlink, webSocket.downlink),
      jitterMs: this.#jitter.jitterMs(now),
      server: this.#server(ways, now),
    };
  }

  #lossOf(monitor: PathMonitor, now: number): PathLoss {
    return now - monitor.measuredAt > FRESH_MS ? NOTHING : monitor.loss(WINDOW_MS);
  }

  /** TCP loses nothing; what it is too slow for is dropped here. */
  #webSocketDrops(): number | null {
    const newest = this.#parts.webSocket.counts;
    this.#counts.push(newest);
    const base = this.#counts.length > WINDOW_PERIODS ? this.#counts.shift() : this.#counts[0];
    const dropped = newest.dropped - (base?.dropped ?? 0);
    const all = newest.sent - (base?.sent ?? 0) + dropped;
    return all < MIN_FRAMES ? null : dropped / all;
  }

  /** Of the faster one: it is late only where all are. */
  #rttMs({ up, control }: ChosenWays, now: number): number | null {
    const { udp, webSocket } = this.#parts;
    const monitors = [
      ...(up === 'udp' || up === 'both' ? [udp] : []),
      ...(control ? [webSocket.monitor] : []),
    ];
    const times = monitors.flatMap(({ rttMs, measuredAt }) =>
      rttMs === null || now - measuredAt > FRESH_MS ? [] : [rttMs],
    );
    return times.length === 0 ? null : Math.min(...times);
  }

  #server({ up, control }: ChosenWays, now: number): QualityMeasurement['server'] {
    if (up === null) return 'unreachable';
    const { udp, webSocket } = this.#parts;
    const unanswered = ({ unansweredSince }: PathMonitor): boolean =>
      unansweredSince !== null && now - unansweredSince >= UNANSWERED_MS;
    const overUdp = up === 'websocket' || unanswered(udp);
    if (!control) return overUdp ? 'unanswered' : 'controlDown';
    return overUdp && unanswered(webSocket.monitor) ? 'unanswered' : 'answering';
  }
}

/** On both paths a frame is lost only where both lose it. */
function lossOn(way: Downlink | null, udp: number | null, webSocket: number | null): number | null {
  if (way === 'udp') return udp;
  if (way === 'websocket') return webSocket;
  if (way === null || udp === null || webSocket === null) return way === null ? null : webSocket;
  return Math.min(udp, webSocket);
}
