import type { Argon2Parameters } from './argon2-parameters.js';

/** What the process that hashes is asked for. The password is in NFKC. */
export type HashJob =
  | { readonly kind: 'hash'; readonly password: string; readonly parameters: Argon2Parameters }
  | { readonly kind: 'verify'; readonly password: string; readonly hash: string };

/** The hash, or whether the password fits it. */
export type HashAnswer = string | boolean;

/** Carries out one job. Rejects with `WireError` UNAVAILABLE when it cannot. */
export interface HashRunner {
  run(job: HashJob): Promise<HashAnswer>;
}

export interface JobMessage {
  readonly id: number;
  readonly job: HashJob;
}

/** From the process that hashes; `failed` has no word of what was to be hashed. */
export type HashMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'broken'; readonly message: string }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: HashAnswer }
  | { readonly kind: 'failed'; readonly id: number };
