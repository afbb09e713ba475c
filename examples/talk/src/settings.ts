import type { VoiceTransportName } from '@sidetone/client-sdk';

/** What to say: a WAV or Ogg Opus file, raw PCM from stdin, or what a microphone hears. */
export type SpeechInput =
  | { readonly kind: 'file'; readonly path: string }
  /** `live`: sent as it comes; otherwise at the pace of speech. */
  | { readonly kind: 'stdin'; readonly live: boolean }
  | { readonly kind: 'microphone' };

/** Where to write what is heard: a WAV file, or raw PCM to stdout. */
export type RecordingOutput =
  { readonly kind: 'file'; readonly path: string } | { readonly kind: 'stdout' };

/** Where the password of an account comes from. */
export type PasswordSource =
  | { readonly kind: 'environment' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'terminal' };

/** An account to sign in with. */
export interface AccountLogin {
  readonly name: string;
  readonly password: PasswordSource;
}

export interface Settings {
  /** `null`: where the server of `dataDir` listens. */
  readonly url: string | null;
  readonly dataDir: string;
  readonly name: string;
  /** `null`: a guest. */
  readonly account: AccountLogin | null;
  /** Ids or names; none means the first channel that there is. */
  readonly channels: readonly string[];
  /** Of `channels`; none means all of them. */
  readonly talkTo: readonly string[];
  readonly speech: SpeechInput | null;
  readonly recording: RecordingOutput | null;
  /** `ifPossible`: without a program that plays, the rest still works. */
  readonly speaker: 'no' | 'ifPossible' | 'required';
  readonly transports: readonly VoiceTransportName[];
  readonly leaveAfterMs: number | null;
}
