import { createToken, type Token } from '../token.js';

/** The answer to a request, for when it is asked again after a crash of the server. */
export interface AnswerRecord {
  readonly sessionId: string;
  readonly key: string;
  /** SHA-256 of method and params in base64url: the same key must mean the same request. */
  readonly fingerprint: string;
  /** JSON text, without secrets. */
  readonly answer: string;
  /** Milliseconds of the Unix epoch. */
  readonly expiresAt: number;
}

/** Keeps answers for minutes. Nothing of it is exported: it is worth nothing elsewhere. */
export interface IdempotencyStore {
  /** Also past its time, as long as nobody has deleted it. */
  get(sessionId: string, key: string): Promise<AnswerRecord | null>;
  /** Creates or replaces. */
  put(record: AnswerRecord): Promise<void>;
  /** Those with `expiresAt <= now`. */
  deleteExpired(now: number): Promise<void>;
}

export const IdempotencyStore: Token<IdempotencyStore> = createToken('IdempotencyStore');
