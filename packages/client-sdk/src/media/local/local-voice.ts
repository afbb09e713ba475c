import type { FrameCipher, RouteView } from '@sidetone/protocol';
import type { OpenUdpPath } from '../../client/platform.js';
import type { Clock } from '../../clock/clock.js';
import { FrameSealer, type FrameSealerParts } from '../../talk/frame-sealer.js';
import type { EncoderFactory } from '../../talk/source-encoder.js';
import type { Latency, SourceSettings } from '../../talk/source-settings.js';
import { randomUint32, SourceTimeline } from '../../talk/source-timeline.js';
import { TalkSender } from '../../talk/talk-sender.js';
import type { VoiceTransportName } from '../../voice/voice-path.js';
import type { VoiceSessionParts } from '../voice-session.js';
import { LocalSpeaker } from './local-speaker.js';
import { SessionVoice } from './session-voice.js';

export interface LocalVoiceParts {
  readonly clock: Clock;
  readonly codec: EncoderFactory;
  readonly settings: Readonly<Record<string, SourceSettings>>;
  readonly latency: Latency;
  readonly serverHost: string;
  readonly transports: ReadonlySet<VoiceTransportName>;
  readonly createCipher: () => FrameCipher;
  readonly openUdpPath: OpenUdpPath | null;
  /** False while this client has muted itself, everywhere or on the route's net. */
  readonly mayTalk: (route: RouteView) => boolean;
  readonly report: (event: string, cause: unknown) => void;
}

/** The sources of a client and the voice of its session, which they speak through. */
export class LocalVoice {
  readonly #parts: LocalVoiceParts;
  readonly #sealing: FrameSealerParts;
  readonly #speakers = new Map<string, LocalSpeaker>();
  #session: SessionVoice | null = null;

  constructor(parts: LocalVoiceParts) {
    this.#parts = parts;
    this.#sealing = {
      keys: { byId: (routeId) => this.#session?.routeKeys(routeId) },
      send: (...frame) => this.#session?.send(...frame),
      keyMissing: (routeId) => this.#session?.keyMissing(routeId),
      failed: (cause) => parts.report('cipher', cause),
    };
  }

  createSpeaker(name: string): LocalSpeaker {
    const { clock, codec, settings, latency, report } = this.#parts;
    const speaker = new LocalSpeaker({
      name,
      codec,
      clock,
      settings: settings[name],
      latency,
      createSender: (source) =>
        new TalkSender({
          source,
          clock,
          timeline: new SourceTimeline(clock, randomUint32),
          sealer: new FrameSealer(this.#sealing),
          mayTalk: this.#parts.mayTalk,
        }),
      report: (cause) => report('audioSource', cause),
    });
    this.#speakers.set(name, speaker);
    return speaker;
  }

  openSession(parts: VoiceSessionParts): SessionVoice {
    const { clock, serverHost, transports, createCipher, openUdpPath, report } = this.#parts;
    this.#session = new SessionVoice({
      ...parts,
      clock,
      serverHost,
      transports,
      createCipher,
      openUdpPath,
      follow: (name, linkReport) => this.#speakers.get(name)?.follow(linkReport),
      cipherFailed: (cause) => report('cipher', cause),
    });
    return this.#session;
  }
}
