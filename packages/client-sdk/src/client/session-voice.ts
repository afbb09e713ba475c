import type { KeysActivate, KeysSenders, RouteKeys, VoiceFeedback } from '@sidetone/protocol';
import type { LinkReport } from '../codec-policy/link-report.js';
import type { CommandPort } from '../control/command-port.js';
import { KeyFetcher } from '../key/key-fetcher.js';
import type { KeyIntake } from '../key/key-intake.js';
import { KeyRing } from '../key/key-ring.js';
import type { RouteRing } from '../key/route-ring.js';
import { isHeard, type HeardNets } from '../patch/heard-nets.js';
import { FrameIntake } from '../voice/frame-intake.js';
import { ListenerReports } from '../voice/listener-reports.js';
import { VoicePaths } from '../voice/voice-paths.js';
import { Counters } from './counters.js';
import type { SessionSurroundings } from './session-surroundings.js';

/** The control connection of now, whichever it is. */
export interface Carrier {
  /** Address of the server; `null` where the platform hides it, and while there is no connection. */
  remoteAddress(): string | null;
  /** Dropped while there is no connection. */
  sendBinary(message: Uint8Array): void;
}

export interface SessionVoiceParts {
  readonly surroundings: SessionSurroundings;
  readonly carrier: Carrier;
  readonly commands: CommandPort;
  /** A request of the voice side failed; nothing else hangs on it. */
  readonly rejected: (message: string) => void;
}

/** The voice of one session: its keys, the ways in and out, and what ties them. */
export class SessionVoice implements KeyIntake {
  readonly counters: Counters = new Counters();
  readonly paths: VoicePaths;
  readonly #parts: SessionVoiceParts;
  readonly #keys: KeyRing;
  readonly #fetcher: KeyFetcher;
  readonly #intake: FrameIntake;
  readonly #reports: ListenerReports;

  constructor(parts: SessionVoiceParts) {
    this.#parts = parts;
    this.#fetcher = new KeyFetcher(parts.surroundings.options.clock, (id) => this.#fetchKeys(id));
    this.#keys = this.#createKeyRing();
    this.#intake = this.#createIntake();
    this.#reports = new ListenerReports({
      send: (report) => parts.commands.call('voice.report', report),
      failed: () => this.counters.count('reportFailed'),
    });
    this.paths = this.#createPaths();
  }

  install(keys: RouteKeys): void {
    this.#keys.install(keys);
  }

  /** After a gap: these are all the keys that the session has. */
  installAll(keys: readonly RouteKeys[]): void {
    this.#keys.retain(new Set(keys.map(({ route }) => route.id)));
    for (const routeKeys of keys) this.#keys.install(routeKeys);
  }

  /** What seals for a route; `undefined` for one that the session has no keys of. */
  routeKeys(routeId: string): RouteRing | undefined {
    return this.#keys.byId(routeId);
  }

  /** A frame could not be sealed for want of a key. */
  keyMissing(routeId: string): void {
    this.counters.count('keyMissing');
    if (this.#keys.byId(routeId)) this.#fetcher.want(routeId);
  }

  routeEnded(routeId: string): void {
    this.#keys.forgetRoute(routeId);
  }

  activate(activation: KeysActivate): void {
    this.#keys.activate(activation);
  }

  addSenders(senders: KeysSenders): void {
    this.#keys.addSenders(senders);
  }

  /** This client is not in the channel any more. */
  leftChannel(channelId: string): void {
    this.#parts.surroundings.gate.intendOn(channelId, false);
  }

  /** It is not in all nets any more that it was in, or they are patched otherwise. */
  hears(nets: HeardNets): void {
    this.#keys.forgetUnless((route) => isHeard(route, nets));
  }

  /** A participant has left the server, or this client's sight. */
  participantLeft(sessionId: string): void {
    this.#keys.forgetSession(sessionId);
  }

  /** What the server says of this client's talk, with what is known here, for its source. */
  linkReport({ uplink, downlink }: VoiceFeedback): LinkReport {
    const { quality, uplinkQueued } = this.paths;
    return {
      uplinkLoss: uplink?.loss ?? quality.uplinkLoss,
      downlinkLoss: downlink?.loss ?? null,
      meanBurst: Math.max(uplink?.burst ?? 1, downlink?.burst ?? 1),
      rttMs: quality.rttMs,
      queuedFrames: uplinkQueued,
    };
  }

  /** Frames that were dropped, either way, by reason. */
  dropped(): Readonly<Record<string, number>> {
    return {
      ...this.counters.toObject(),
      heldInVain: this.#intake.heldInVain,
      uplinkTooSlow: this.paths.uplinkDropped,
    };
  }

  close(): void {
    this.paths.close();
    this.#fetcher.close();
    this.#keys.close();
  }

  #createKeyRing(): KeyRing {
    const { platform, options } = this.#parts.surroundings;
    return new KeyRing(platform.createCipher(), options.clock, {
      changed: (routeHandle) => this.#intake.retry(routeHandle),
      missing: (routeId) => this.#fetcher.want(routeId),
    });
  }

  #createIntake(): FrameIntake {
    const { options, hear, transmissions, report } = this.#parts.surroundings;
    return new FrameIntake({
      keys: this.#keys,
      clock: options.clock,
      count: this.counters.count,
      keysMissing: (routeId) => this.#fetcher.want(routeId),
      failed: (cause) => report('cipher', cause),
      deliver: (frame) => {
        transmissions.frameHeard(frame.source);
        this.paths.frameHeard(frame);
        this.#reports.heard(frame);
        hear(frame);
      },
    });
  }

  #createPaths(): VoicePaths {
    const { options, platform, announce } = this.#parts.surroundings;
    const { carrier, commands } = this.#parts;
    return new VoicePaths({
      clock: options.clock,
      serverHost: () => carrier.remoteAddress() ?? options.serverHost,
      transports: options.transports,
      openUdpPath: platform.openUdpPath,
      sendBinary: (message) => carrier.sendBinary(message),
      requestDownlink: async (downlink) => {
        await commands.call('voice.setPath', { downlink });
      },
      rejected: (message) => this.#parts.rejected(message),
      listener: {
        media: (body) => this.#intake.receive(body),
        count: this.counters.count,
        uplinkChanged: (path) => announce('voicePathChanged', { direction: 'up', path }),
        downlinkChanged: (path) => announce('voicePathChanged', { direction: 'down', path }),
        failed: (path, message) => announce('voicePathFailed', { path, message }),
        measured: (measurement) => this.#reports.measured(measurement),
        qualityChanged: (quality, previous) =>
          announce('voiceQualityChanged', { quality, previous }),
      },
    });
  }

  #fetchKeys(route: string): void {
    this.#parts.commands
      .call('keys.fetch', { route }, ({ keys }) => {
        for (const routeKeys of keys) this.#keys.install(routeKeys);
      })
      .catch((error: unknown) => this.#parts.rejected(`"keys.fetch" failed: ${String(error)}`));
  }
}
