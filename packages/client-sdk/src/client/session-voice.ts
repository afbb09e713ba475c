import type { KeysActivate, KeysSenders, RouteKeys } from '@sidetone/protocol';
import { KeyFetcher } from '../key/key-fetcher.js';
import type { KeyIntake } from '../key/key-intake.js';
import { KeyRing } from '../key/key-ring.js';
import { TalkRegistry } from '../talk/talk-registry.js';
import { FrameIntake } from '../voice/frame-intake.js';
import { VoicePaths } from '../voice/voice-paths.js';
import type { Connection } from './connection.js';
import { Counters } from './counters.js';
import type { SessionSurroundings } from './session-surroundings.js';

export interface SessionVoiceParts {
  readonly surroundings: SessionSurroundings;
  readonly connection: Connection;
  /** A request of the voice side failed; nothing else hangs on it. */
  readonly rejected: (message: string) => void;
}

/** The voice of one session: its keys, the ways in and out, the targets, and what ties them. */
export class SessionVoice implements KeyIntake {
  readonly counters: Counters = new Counters();
  readonly paths: VoicePaths;
  readonly talk: TalkRegistry;
  readonly #parts: SessionVoiceParts;
  readonly #keys: KeyRing;
  readonly #fetcher: KeyFetcher;
  readonly #intake: FrameIntake;

  constructor(parts: SessionVoiceParts) {
    this.#parts = parts;
    this.#fetcher = new KeyFetcher(parts.surroundings.options.clock, (id) => this.#fetchKeys(id));
    this.#keys = this.#createKeyRing();
    this.#intake = this.#createIntake();
    this.paths = this.#createPaths();
    this.talk = this.#createTalk();
  }

  install(keys: RouteKeys): void {
    this.#keys.install(keys);
  }

  activate(activation: KeysActivate): void {
    this.#keys.activate(activation);
  }

  addSenders(senders: KeysSenders): void {
    this.#keys.addSenders(senders);
  }

  /** This client is not in the channel any more. */
  leftChannel(channelId: string): void {
    this.#keys.forgetChannel(channelId);
    this.#parts.surroundings.gate.intendOn(channelId, false);
  }

  /** A participant has left the server, or this client's sight. */
  participantLeft(sessionId: string): void {
    this.#keys.forgetSession(sessionId);
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
    this.talk.close();
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
        hear(frame);
      },
    });
  }

  #createPaths(): VoicePaths {
    const { options, platform, announce } = this.#parts.surroundings;
    const { connection } = this.#parts;
    return new VoicePaths({
      clock: options.clock,
      serverHost: () => connection.remoteAddress ?? options.serverHost,
      transports: options.transports,
      openUdpPath: platform.openUdpPath,
      sendBinary: (message) => connection.sendBinary(message),
      requestDownlink: async (downlink) => {
        await connection.rpc.call('voice.setPath', { downlink });
      },
      rejected: (message) => this.#parts.rejected(message),
      listener: {
        media: (body) => this.#intake.receive(body),
        count: this.counters.count,
        uplinkChanged: (path) => announce('voicePathChanged', { direction: 'up', path }),
        downlinkChanged: (path) => announce('voicePathChanged', { direction: 'down', path }),
        failed: (path, message) => announce('voicePathFailed', { path, message }),
        qualityChanged: (quality, previous) =>
          announce('voiceQualityChanged', { quality, previous }),
      },
    });
  }

  #createTalk(): TalkRegistry {
    const { options, gate, talkSource, report } = this.#parts.surroundings;
    return new TalkRegistry({
      clock: options.clock,
      keys: this.#keys,
      commands: this.#parts.connection.rpc,
      gate,
      source: talkSource,
      send: (body, priority, durationMs) => this.paths.send(body, priority, durationMs),
      keyMissing: (routeId) => {
        this.counters.count('keyMissing');
        if (this.#keys.byId(routeId)) this.#fetcher.want(routeId);
      },
      failed: (cause) => report('cipher', cause),
      report: (cause) => report('audioSource', cause),
    });
  }

  #fetchKeys(route: string): void {
    this.#parts.connection.rpc
      .call('keys.fetch', { route }, ({ keys }) => {
        for (const routeKeys of keys) this.#keys.install(routeKeys);
      })
      .catch((error: unknown) => this.#parts.rejected(`"keys.fetch" failed: ${String(error)}`));
  }
}
