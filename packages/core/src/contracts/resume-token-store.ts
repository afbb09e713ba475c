import type { TalkTargetSpec } from '@sidetone/protocol';
import { createToken, type Token } from '../token.js';
import type { Identity } from './authenticator.js';

/** A membership of a session that may come back after a restart. */
export interface ResumableMembership {
  readonly channelId: string;
  readonly listening: boolean;
  readonly selected: boolean;
  readonly muted: boolean;
  readonly deafened: boolean;
  readonly mutedByModerator: boolean;
  readonly deafenedByModerator: boolean;
  /** Moved there by somebody, without having JOIN itself. Absent: no. */
  readonly brought?: boolean;
}

/** A registered talk target. Its handles are given anew. */
export interface ResumableTarget {
  readonly id: string;
  readonly source: string;
  readonly spec: TalkTargetSpec;
  readonly priority: number;
}

/** All that a session needs to go on in another process. No key and no token is in it. */
export interface ResumableSession {
  readonly sessionId: string;
  /** SHA-256 in base64url of the tokens that would resume it: one, or two while an answer is unconfirmed. */
  readonly tokenHashes: readonly string[];
  readonly organizationId: string;
  readonly identity: Identity;
  readonly instance: string;
  readonly muted: boolean;
  readonly deafened: boolean;
  readonly memberships: readonly ResumableMembership[];
  readonly targets: readonly ResumableTarget[];
  /** Milliseconds of the Unix epoch; moves on while the session lives. */
  readonly expiresAt: number;
}

/**
 * Keeps sessions for as long as they may come back. Core writes behind: a resume in the running
 * process asks nobody, and one after a restart finds what was written in time. Nothing of it is
 * exported: a session does not move to another installation.
 */
export interface ResumeTokenStore {
  /** Creates or replaces. */
  put(session: ResumableSession): Promise<void>;
  /** Also past its time, as long as nobody has deleted it. A replaced token finds nothing. */
  findByToken(tokenHash: string): Promise<ResumableSession | null>;
  delete(sessionId: string): Promise<void>;
  /**
   * All sessions of a user, in every organization: the credentials or the account were taken back.
   * Administration that runs without a server relies on it.
   */
  deleteOfUser(userId: string): Promise<void>;
  /** Those with `expiresAt <= now`. */
  deleteExpired(now: number): Promise<void>;
}

export const ResumeTokenStore: Token<ResumeTokenStore> = createToken('ResumeTokenStore');
