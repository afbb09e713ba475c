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
  /** The server broke the protocol; `ERR_CLIENT_SEQUENCE_GAP` is a lost event. */
  | { readonly kind: 'protocolFailure'; readonly error: VoiceError }
  /** Signing in was refused or took too long. */
  | { readonly kind: 'signInFailed'; readonly error: VoiceError };

/** What a connected client knows of the server and of itself. */
export interface ConnectedState {
  readonly status: 'connected';
  /** Id of this session, the `id` of `client.self`. */
  readonly session: string;
  readonly organization: { readonly id: string; readonly name: string };
  readonly permissions: readonly string[];
  readonly server: Hello['server'];
  readonly features: readonly string[];
  readonly limits: Hello['limits'];
}

export type ClientState =
  /** `reason` is `null` before the first `connect()`. */
  | { readonly status: 'disconnected'; readonly reason: DisconnectReason | null }
  | { readonly status: 'connecting' }
  | ConnectedState
  /** By `close()`; for good. */
  | { readonly status: 'closed' };
