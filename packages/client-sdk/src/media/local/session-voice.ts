import type {
  Downlink,
  FrameCipher,
  KeysActivate,
  KeysSenders,
  RouteKeys,
  VoiceFeedback,
  VoiceOffer,
} from '@sidetone/protocol';
import { Counters } from '../../client/counters.js';
import type { OpenUdpPath } from '../../client/platform.js';
import type { Clock } from '../../clock/clock.js';
import type { LinkReport } from '../../codec-policy/link-report.js';
import { KeyFetcher } from '../../key/key-fetcher.js';
import { KeyRing } from '../../key/key-ring.js';
import type { RouteRing } from '../../key/route-ring.js';
import { isHeard, type HeardNets } from '../../patch/heard-nets.js';
import { FrameIntake } from '../../voice/frame-intake.js';
import { ListenerReports } from '../../voice/listener-reports.js';
import type { VoiceTransportName } from '../../voice/voice-path.js';
import { VoicePaths } from '../../voice/voice-paths.js';
import type { VoiceStatus } from '../../voice/voice-status.js';
import type { VoiceSession, VoiceSessionParts } from '../voice-session.js';

export interface SessionVoiceParts extends VoiceSessionParts {
  readonly clock: Clock;
  /** Host of the server as the options have it. */
  readonly serverHost: string;
  readonly transports: ReadonlySet<VoiceTransportName>;
  readonly createCipher: () => FrameCipher;
  readonly openUdpPath: OpenUdpPath | null;
  /** News of the way that the frames of one of this client's sources take. */
  readonly follow: (sourceName: string, report: LinkReport) => void;
  readonly cipherFailed: (cause: unknown) => void;
}

/** The voice of one session: its keys, the ways in and out, and what ties them. */
export class SessionVoice implements VoiceSession {
  readonly #counters = new Counters();
  readonly #paths: VoicePaths;
  readonly #parts: SessionVoiceParts;
  readonly #keys: KeyRing;
  readonly #fetcher: KeyFetcher;
  readonly #intake: FrameIntake;
  readonly #reports: ListenerReports;

  constructor(parts: SessionVoiceParts) {
    this.#parts = parts;
    this.#fetcher = new KeyFetcher(parts.clock, (id) => parts.listener.keysWanted(id));
    this.#keys = this.#createKeyRing();
    this.#intake = this.#createIntake();
    this.#reports = new ListenerReports({
      send: (report) => parts.listener.report(report),
      failed: () => this.#counters.count('reportFailed'),
    });
    this.#paths = this.#createPaths();
  }

  get status(): VoiceStatus {
    const { up, down, rttMs, quality } = this.#paths;
    return { up, down, rttMs, quality, dropped: this.#dropped() };
  }

  install(keys: RouteKeys): void {
    this.#keys.install(keys);
  }

  installAll(keys: readonly RouteKeys[]): void {
    this.#keys.retain(new Set(keys.map(({ route }) => route.id)));
    for (const routeKeys of keys) this.#keys.install(routeKeys);
  }

  activate(activation: KeysActivate): void {
    this.#keys.activate(activation);
  }

  addSenders(senders: KeysSenders): void {
    this.#keys.addSenders(senders);
  }

  hears(nets: HeardNets): void {
    this.#keys.forgetUnless((route) => isHeard(route, nets));
  }

  participantLeft(sessionId: string): void {
    this.#keys.forgetSession(sessionId);
  }

  routeEnded(routeId: string): void {
    this.#keys.forgetRoute(routeId);
  }

  feedback({ source, uplink, downlink }: VoiceFeedback): void {
    const { quality, uplinkQueued } = this.#paths;
    this.#parts.follow(source.kind, {
      uplinkLoss: uplink?.loss ?? quality.uplinkLoss,
      downlinkLoss: downlink?.loss ?? null,
      meanBurst: Math.max(uplink?.burst ?? 1, downlink?.burst ?? 1),
      rttMs: quality.rttMs,
      queuedFrames: uplinkQueued,
    });
  }

  open(offers: readonly VoiceOffer[]): void {
    this.#paths.open(offers);
  }

  downlinkIs(downlink: Downlink): void {
    this.#paths.downlinkIs(downlink);
  }

  controlLost(): void {
    this.#paths.controlLost();
  }

  controlRestored(): void {
    this.#paths.controlRestored();
  }

  networkChanged(): void {
    this.#paths.networkChanged();
  }

  receiveBinary(bytes: Uint8Array): void {
    this.#paths.receiveBinary(bytes);
  }

  count(reason: string): void {
    this.#counters.count(reason);
  }

  /** What seals for a route; `undefined` for one that the session has no keys of. */
  routeKeys(routeId: string): RouteRing | undefined {
    return this.#keys.byId(routeId);
  }

  /** A frame could not be sealed for want of a key. */
  keyMissing(routeId: string): void {
    this.count('keyMissing');
    if (this.#keys.byId(routeId)) this.#fetcher.want(routeId);
  }

  /** One uplink media body, sealed. */
  send(body: Uint8Array, priority: number, durationMs: number): void {
    this.#paths.send(body, priority, durationMs);
  }

  close(): void {
    this.#paths.close();
    this.#fetcher.close();
    this.#keys.close();
  }

  #dropped(): Readonly<Record<string, number>> {
    return {
      ...this.#counters.toObject(),
      heldInVain: this.#intake.heldInVain,
      uplinkTooSlow: this.#paths.uplinkDropped,
    };
  }

  #createKeyRing(): KeyRing {
    return new KeyRing(this.#parts.createCipher(), this.#parts.clock, {
      changed: (routeHandle) => this.#intake.retry(routeHandle),
      missing: (routeId) => this.#fetcher.want(routeId),
    });
  }

  #createIntake(): FrameIntake {
    const { clock, listener, cipherFailed } = this.#parts;
    return new FrameIntake({
      keys: this.#keys,
      clock,
      count: this.#counters.count,
      keysMissing: (routeId) => this.#fetcher.want(routeId),
      failed: cipherFailed,
      deliver: (frame) => {
        this.#paths.frameHeard(frame);
        this.#reports.heard(frame);
        listener.heard(frame);
      },
    });
  }

  #createPaths(): VoicePaths {
    const { clock, transports, openUdpPath, serverHost, carrier, listener } = this.#parts;
    return new VoicePaths({
      clock,
      serverHost: () => carrier.remoteAddress() ?? serverHost,
      transports,
      openUdpPath,
      sendBinary: (message) => carrier.sendBinary(message),
      requestDownlink: (downlink) => listener.requestDownlink(downlink),
      rejected: (message) => listener.rejected(message),
      listener: {
        media: (body) => this.#intake.receive(body),
        count: this.#counters.count,
        uplinkChanged: (path) => listener.uplinkChanged(path),
        downlinkChanged: (path) => listener.downlinkChanged(path),
        failed: (path, message) => listener.pathFailed(path, message),
        measured: (measurement) => this.#reports.measured(measurement),
        qualityChanged: (quality, previous) => listener.qualityChanged(quality, previous),
      },
    });
  }
}
