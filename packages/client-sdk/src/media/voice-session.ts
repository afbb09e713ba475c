import type {
  Downlink,
  KeysActivate,
  KeysSenders,
  VoiceFeedback,
  VoiceOffer,
  VoiceReport,
  RouteKeys,
} from '@sidetone/protocol';
import type { OpusFrame } from '../audio/opus-frame.js';
import type { KeyIntake } from '../key/key-intake.js';
import type { HeardNets } from '../patch/heard-nets.js';
import type { VoiceTransportName } from '../voice/voice-path.js';
import type { VoiceQuality } from '../voice/voice-quality.js';
import type { VoiceStatus } from '../voice/voice-status.js';

/** The control connection of now, whichever it is. */
export interface Carrier {
  /** Address of the server; `null` where the platform hides it, and while there is no connection. */
  remoteAddress(): string | null;
  /** Dropped while there is no connection. */
  sendBinary(message: Uint8Array): void;
}

/** What the voice of a session asks for and tells. */
export interface VoiceSessionListener {
  /** Asks the server for the keys of the route; they are installed in the turn of the answer. */
  keysWanted(routeId: string): void;
  /** How voice comes in, for the server; rejects when it does not take it. */
  report(report: VoiceReport): Promise<unknown>;
  /** Asks the server to send this way; rejects when it does not. */
  requestDownlink(downlink: Downlink): Promise<void>;
  /** A frame was opened; its memory is the listener's. */
  heard(frame: OpusFrame): void;
  uplinkChanged(path: Downlink | null): void;
  downlinkChanged(path: Downlink): void;
  pathFailed(path: VoiceTransportName, message: string): void;
  qualityChanged(quality: VoiceQuality, previous: VoiceQuality): void;
  /** A request of the voice side failed; nothing else hangs on it. */
  rejected(message: string): void;
}

export interface VoiceSessionParts {
  readonly carrier: Carrier;
  readonly listener: VoiceSessionListener;
}

/**
 * The voice of one session: its keys, and the ways in and out. Calls take effect in their order, and
 * ahead of every frame that came later.
 */
export interface VoiceSession extends KeyIntake {
  /** As it was last told, where another thread measures. */
  readonly status: VoiceStatus;
  install(keys: RouteKeys): void;
  /** After a gap: these are all the keys that the session has. */
  installAll(keys: readonly RouteKeys[]): void;
  activate(activation: KeysActivate): void;
  addSenders(senders: KeysSenders): void;
  /** It is not in all nets any more that it was in, or they are patched otherwise. */
  hears(nets: HeardNets): void;
  /** A participant has left the server, or this client's sight. */
  participantLeft(sessionId: string): void;
  /** The route is over with the target that it was made for. */
  routeEnded(routeId: string): void;
  /** What the server says of this client's talk, for the source that it is of. */
  feedback(feedback: VoiceFeedback): void;
  /** Tries the paths that the server offers beyond the one that is there. */
  open(offers: readonly VoiceOffer[]): void;
  /** The server says which way it sends. */
  downlinkIs(downlink: Downlink): void;
  controlLost(): void;
  controlRestored(): void;
  networkChanged(): void;
  /** A binary message of the control connection. */
  receiveBinary(bytes: Uint8Array): void;
  /** A frame was dropped for this reason. */
  count(reason: string): void;
  /** Idempotent. */
  close(): void;
}
