import type { AudioSource, OpusPacket, OpusSource } from '../../audio/audio-source.js';
import type { KeyState } from '../../gate/key-board.js';
import type { SlotStyle, Slot, TalkKey } from '../../gate/key-press.js';
import type { MeterReading } from '../../gate/level-meter.js';
import type { ResolvedGateOptions } from '../../gate/resolve-gate-options.js';
import type { TalkMode } from '../../gate/talk-gate.js';
import type { TalkHint } from '../../gate/talk-hints.js';
import type { CaptureDetails, Speaker } from '../../media/speaker.js';
import type { VoiceSession, VoiceSessionListener } from '../../media/voice-session.js';
import type { Lane } from '../../talk/lane-selection.js';
import type { Mutes } from '../../talk/mute-gate.js';
import type { Latency, SourceSettings } from '../../talk/source-settings.js';
import type { VoiceStatus } from '../../voice/voice-status.js';
import type { MethodCall } from './method-call.js';
import type { PackedError } from './packed-error.js';

/** What the media plane of a page is made with. */
export interface MediaSettings {
  readonly serverHost: string;
  readonly latency: Latency;
  readonly sources: Readonly<Record<string, SourceSettings>>;
}

export type SessionCall = MethodCall<
  VoiceSession,
  | 'install'
  | 'installAll'
  | 'activate'
  | 'addSenders'
  | 'hears'
  | 'participantLeft'
  | 'routeEnded'
  | 'feedback'
  | 'open'
  | 'downlinkIs'
  | 'controlLost'
  | 'controlRestored'
  | 'networkChanged'
  | 'close'
>;

/** What is told of a session without an answer. */
export type SessionNews = MethodCall<
  VoiceSessionListener,
  | 'keysWanted'
  | 'heard'
  | 'uplinkChanged'
  | 'downlinkChanged'
  | 'pathFailed'
  | 'qualityChanged'
  | 'rejected'
>;

/** What the server is asked for. */
export type SessionQuestion = MethodCall<VoiceSessionListener, 'report' | 'requestDownlink'>;

export type SpeakerCall = MethodCall<
  Speaker,
  'sourceIs' | 'endNow' | 'abandonLanes' | 'leave' | 'close'
>;

/** Targets are known by numbers. */
export interface PackedBinding {
  readonly targets: readonly number[];
  readonly additive: boolean;
  readonly style: SlotStyle;
}

export type GateCommand =
  | { readonly method: 'setBase'; readonly targets: readonly number[]; readonly mode: TalkMode }
  | { readonly method: 'bind'; readonly slot: Slot; readonly binding: PackedBinding }
  | { readonly method: 'unbind'; readonly slot: Slot; readonly atMs: number }
  | {
      readonly method: 'press' | 'release';
      readonly key: TalkKey;
      readonly by: string;
      readonly atMs: number;
    }
  | { readonly method: 'releaseAll'; readonly atMs: number }
  | { readonly method: 'targetClosed'; readonly target: number }
  | { readonly method: 'routesLost'; readonly target: number; readonly routeIds: readonly string[] }
  | { readonly method: 'stop' | 'close' };

export type PackedSource =
  Pick<AudioSource, 'kind' | 'live' | 'channels'> | Pick<OpusSource, 'kind' | 'live'>;

/** From the main thread to the Worker; ids are numbers that the main thread gives. */
export type ToMedia =
  | { readonly type: 'configure'; readonly settings: MediaSettings }
  | { readonly type: 'mutes'; readonly mutes: Mutes }
  | {
      readonly type: 'openSocket';
      readonly socket: number;
      readonly url: string;
      readonly subprotocol: string;
    }
  | { readonly type: 'sendText'; readonly socket: number; readonly text: string }
  | {
      readonly type: 'closeSocket';
      readonly socket: number;
      readonly code: number;
      readonly reason: string;
    }
  | { readonly type: 'terminateSocket'; readonly socket: number }
  | { readonly type: 'carry'; readonly socket: number; readonly session: number }
  | { readonly type: 'openSession'; readonly session: number }
  | { readonly type: 'session'; readonly session: number; readonly call: SessionCall }
  | { readonly type: 'answer'; readonly question: number; readonly error: PackedError | null }
  | { readonly type: 'createSpeaker'; readonly speaker: number; readonly name: string }
  | { readonly type: 'speaker'; readonly speaker: number; readonly call: SpeakerCall }
  | {
      readonly type: 'target';
      readonly speaker: number;
      readonly target: number;
      readonly method: 'hold' | 'release' | 'drop';
    }
  | { readonly type: 'lanes'; readonly target: number; readonly lanes: readonly Lane[] }
  | { readonly type: 'forgetTarget'; readonly target: number }
  | { readonly type: 'drain'; readonly speaker: number; readonly task: number }
  | {
      readonly type: 'write';
      readonly speaker: number;
      readonly samples: Float32Array<ArrayBuffer>;
      readonly details: CaptureDetails;
    }
  | {
      readonly type: 'talk';
      readonly speaker: number;
      readonly task: number;
      readonly source: PackedSource;
      /** To be played to; `null`: it is fed. */
      readonly target: number | null;
    }
  | { readonly type: 'stopTask'; readonly task: number }
  | {
      readonly type: 'pulled';
      readonly task: number;
      /** `null` at the end, and where the source has failed. */
      readonly chunk: Float32Array<ArrayBuffer> | OpusPacket | null;
    }
  | {
      readonly type: 'openGate';
      readonly gate: number;
      readonly speaker: number;
      readonly options: ResolvedGateOptions;
    }
  | { readonly type: 'gate'; readonly gate: number; readonly command: GateCommand }
  | { readonly type: 'microphone'; readonly source: string; readonly port: MessagePort }
  | { readonly type: 'playback'; readonly port: MessagePort };

/** From the Worker to the main thread. */
export type FromMedia =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'socketOpened' | 'socketAlive'; readonly socket: number }
  | { readonly type: 'socketText'; readonly socket: number; readonly text: string }
  | {
      readonly type: 'socketClosed';
      readonly socket: number;
      readonly code: number;
      readonly reason: string;
      readonly cause: PackedError | null;
    }
  | { readonly type: 'voice'; readonly session: number; readonly news: SessionNews }
  | { readonly type: 'status'; readonly session: number; readonly status: VoiceStatus }
  | {
      readonly type: 'ask';
      readonly session: number;
      readonly question: number;
      readonly call: SessionQuestion;
    }
  | { readonly type: 'level'; readonly speaker: number; readonly level: MeterReading }
  | { readonly type: 'pull'; readonly task: number }
  | { readonly type: 'letGo'; readonly task: number }
  | { readonly type: 'settled'; readonly task: number; readonly error: PackedError | null }
  | {
      readonly type: 'keys';
      readonly gate: number;
      /** So many commands were done by then. */
      readonly done: number;
      readonly keys: readonly KeyState[];
    }
  | {
      readonly type: 'onAir';
      readonly gate: number;
      readonly onAir: readonly { readonly target: number; readonly sinceMs: number }[];
    }
  | { readonly type: 'hint'; readonly gate: number; readonly hint: TalkHint }
  | { readonly type: 'report'; readonly event: string; readonly cause: PackedError };
