import type {
  LeaveReason,
  MembershipView,
  PatchEndReason,
  PriorityClass,
  RouteView,
  SourceView,
  VoiceError,
  WireError,
} from '@sidetone/protocol';
import type { Channel } from '../channel/channel.js';
import type { Patch } from '../patch/patch.js';
import type { Participant } from '../state/participant.js';
import type { TransmissionEnd } from '../state/transmission-book.js';
import type { OnAir } from '../talk/on-air-book.js';
import type { TalkKeyboard } from '../talk/talk-keyboard.js';
import type { TalkTarget } from '../talk/talk-target.js';
import type { VoiceTransportName } from '../voice/voice-path.js';
import type { VoiceQuality } from '../voice/voice-quality.js';
import type { ClientState } from './client-state.js';

/** One push of talk by somebody, as this client may see it. */
export interface Transmission {
  readonly id: string;
  /** `null` when the talker left before the news came. */
  readonly talker: Participant | null;
  readonly source: SourceView;
  /**
   * The nets it is heard on, of those that this client may see, with those that a patch brings it
   * to; empty for a whisper or a shout.
   */
  readonly channels: readonly Channel[];
  /** Those that bring it to the nets of others. */
  readonly patches: readonly Patch[];
  readonly routes: readonly RouteView[];
  readonly priority: PriorityClass;
}

/** What a new session could not be given of what a lost one had. */
export type RestoreFailure =
  /** Of this client, on all nets. While `muted` failed, it is kept silent here all the same. */
  | { readonly what: 'muted' | 'deafened' }
  /** It is not in the channel any more. */
  | { readonly what: 'membership'; readonly channelId: string; readonly channelName: string }
  /** It is in the channel, but muted, deafened or selected there is not as it was. */
  | { readonly what: 'membershipFlags'; readonly channel: Channel }
  /** The target is closed. */
  | { readonly what: 'target'; readonly target: TalkTarget };

/**
 * Everything that a client tells: facts, after they happened, with the state already showing them.
 * A listener that throws or rejects harms nobody and is reported as `listenerFailed`.
 */
export interface ClientEvents {
  stateChanged(event: { readonly state: ClientState; readonly previous: ClientState }): void;

  channelCreated(event: { readonly channel: Channel }): void;
  channelUpdated(event: { readonly channel: Channel }): void;
  channelMoved(event: { readonly channel: Channel }): void;
  channelDeleted(event: { readonly channel: Channel }): void;
  participantJoined(event: { readonly participant: Participant }): void;
  participantUpdated(event: { readonly participant: Participant }): void;
  /** Its connection is cut, or it is back: `participant.away` says which. */
  participantAway(event: { readonly participant: Participant }): void;
  participantLeft(event: { readonly participant: Participant; readonly reason: LeaveReason }): void;
  /** Of anybody, this client included. `membership` is `null` for who has left. */
  membershipChanged(event: {
    readonly channel: Channel;
    readonly participant: Participant;
    readonly membership: MembershipView | null;
    readonly reason: LeaveReason | null;
  }): void;

  /** Nets are joined, or a patch that was there is not as before. */
  patchChanged(event: { readonly patch: Patch }): void;
  /** `null`: it was gone after a gap, and nobody knows why. */
  patchEnded(event: { readonly patch: Patch; readonly reason: PatchEndReason | null }): void;

  /**
   * What this client may do is, or may be, another than before, here or in some channel:
   * `client.access` tells. `permissions` are those in the organization as a whole.
   */
  permissionsChanged(event: { readonly permissions: readonly string[] }): void;

  transmissionStarted(event: { readonly transmission: Transmission }): void;
  transmissionUpdated(event: { readonly transmission: Transmission }): void;
  transmissionEnded(event: {
    readonly transmission: Transmission;
    readonly reason: TransmissionEnd;
  }): void;
  /**
   * This client's own talk on one net ends in `inMs`, by the longest transmission of the net. A later
   * one of the same transmission and channel takes its place. To go on it has to be let go first.
   */
  transmissionEnding(event: {
    /** `null` where the news of its start was lost. */
    readonly transmission: Transmission | null;
    readonly channel: Channel | null;
    readonly inMs: number;
  }): void;
  /**
   * A net does not carry this client's voice: the floor is taken (`NET_BUSY`), its stance keeps this
   * class of talk out (`NET_RESTRICTED`), or speaking is not allowed.
   */
  transmissionRefused(event: {
    readonly code: 'NET_BUSY' | 'NET_RESTRICTED' | 'NOT_ALLOWED_TO_SPEAK';
    /** The target that was held; `null` when it is unregistered already. */
    readonly target: TalkTarget | null;
    readonly channel: Channel | null;
    /** Who has the floor. */
    readonly holder: Participant | null;
  }): void;
  /** A keyboard talks to other targets than before: `onAir` says to which and since when. */
  onAirChanged(event: {
    readonly keys: TalkKeyboard;
    readonly onAir: readonly OnAir<TalkTarget>[];
  }): void;
  /** Speech for more than 300 ms that nobody hears, because this client has muted itself. */
  talkedWhileMuted(event: { readonly keys: TalkKeyboard }): void;
  /** Talking for 5 s, and the source gives nothing above -70 dBFS. */
  signalMissed(event: { readonly keys: TalkKeyboard }): void;
  /** Talking for 8 s without voice: a key may be stuck, or a latch forgotten. */
  hotMicNoticed(event: { readonly keys: TalkKeyboard }): void;
  /** And for 20 s: nothing is sent any more before a key is pressed or voice begins. */
  hotMicStopped(event: { readonly keys: TalkKeyboard }): void;
  /**
   * Voice goes another way now: `up` from here, `down` from the server. On both paths go the same
   * frames, and each is heard once. `null`: no path is left, until the next such event.
   */
  voicePathChanged(event: {
    readonly direction: 'up' | 'down';
    readonly path: VoiceTransportName | 'both' | null;
  }): void;
  /** A voice path that was tried is of no use; voice stays on the other. */
  voicePathFailed(event: { readonly path: VoiceTransportName; readonly message: string }): void;
  /** The level has changed, or a reason for it; judged once a second. */
  voiceQualityChanged(event: {
    readonly quality: VoiceQuality;
    readonly previous: VoiceQuality;
  }): void;

  /** A session was lost, and the one in its place has not all that it had. */
  restoreFailed(event: { readonly failure: RestoreFailure; readonly error: VoiceError }): void;

  /** The server said why it closes; the end of the connection follows. */
  closeAnnounced(event: {
    readonly reason: string;
    readonly message: string;
    readonly retryAfterMs: number | null;
  }): void;
  /** A notification that this version does not know, or one of a plugin. */
  unknownEvent(event: {
    readonly name: string;
    readonly params: Readonly<Record<string, unknown>>;
  }): void;
  /** An answer that nobody waits for any more, or never did. */
  unknownResponse(event: { readonly id: number | null; readonly error: WireError | null }): void;
  /** A message of the server that could not be used, and why; the connection goes on. */
  messageRejected(event: { readonly message: string }): void;
  /** A listener or a sink of the app threw. */
  listenerFailed(event: { readonly event: string; readonly cause: unknown }): void;
}

export type ClientEventName = keyof ClientEvents;
export type ClientEvent<E extends ClientEventName> = Parameters<ClientEvents[E]>[0];
/** Tells the app; never throws. */
export type Announce = <E extends ClientEventName>(name: E, event: ClientEvent<E>) => void;
