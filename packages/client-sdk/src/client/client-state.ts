import type { CloseReason, ComeBack, Hello, VoiceError } from '@sidetone/protocol';

/** Why a connection ended that nobody here had closed. */
export type DisconnectReason =
  | {
      readonly kind: 'closedByServer';
      /** `null` for a close code that this version does not know. */
      readonly reason: CloseReason | null;
      readonly code: number;
      /** Whether coming back makes sense: `never` needs a new decision of a person. */
      readonly comeBack: ComeBack;
      /** For people. */
      readonly message: string;
      readonly retryAfterMs?: number;
    }
  /** The network or the server went away without a word. */
  | { readonly kind: 'connectionLost'; readonly message: string }
  /** Nothing came for 6 s although the server speaks every 2 s. */
  | { readonly kind: 'serverSilent' }
  /** The server broke the protocol; `ERR_CLIENT_SEQUENCE_GAP` is a lost event, to be replayed. */
  | { readonly kind: 'protocolFailure'; readonly error: VoiceError }
  /** Signing in or resuming was refused or took too long. */
  | { readonly kind: 'signInFailed'; readonly error: VoiceError };

/** What a connected client knows of the server and of itself. */
export interface ConnectedState {
  readonly status: 'connected';
  /** Id of this session, the `id` of `client.self`. */
  readonly session: string;
  readonly organization: { readonly id: string; readonly name: string };
  /** As of the sign-in or the latest resume; `client.access.permissions` are those of now. */
  readonly permissions: readonly string[];
  readonly server: Hello['server'];
  readonly features: readonly string[];
  readonly limits: Hello['limits'];
}

export interface ReconnectingState {
  readonly status: 'reconnecting';
  /** Why the last connection or attempt ended. */
  readonly reason: DisconnectReason;
  /** The one that runs or is waited for, beginning with 1. */
  readonly attempt: number;
  /** From the moment of this state; `null` while the attempt runs. */
  readonly retryInMs: number | null;
  /** Id of the session to be resumed. */
  readonly session: string;
}

export type ClientState =
  /**
   * Not connected, and nothing is done about it: `reason` is `null` before the first `connect()`,
   * and otherwise says why going on makes no sense, or what the reconnect policy gave up on.
   */
  | { readonly status: 'disconnected'; readonly reason: DisconnectReason | null }
  | { readonly status: 'connecting' }
  | ConnectedState
  /**
   * The connection is cut and will be back; everything that was known is kept meanwhile, and calls
   * wait for it.
   */
  | ReconnectingState
  /** By `close()`; for good. */
  | { readonly status: 'closed' };
