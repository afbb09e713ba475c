import { createToken, type Token } from '../token.js';
import type { Portable } from './stored-record.js';

/** Who did it: a session, or the program that embeds the server, under a name it chose. */
export type Actor =
  | { readonly kind: 'session'; readonly sessionId: string; readonly userId: string }
  | { readonly kind: 'program'; readonly name: string };

export interface AuditEntry {
  /** Milliseconds of the Unix epoch. */
  readonly at: number;
  readonly organizationId: string;
  readonly actor: Actor;
  /** Name of the command, for instance `channel.create`. */
  readonly action: string;
  /** What it was done to and how; no secret, no credentials. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly outcome: 'committed' | 'refused';
  /** Wire code of a refusal. */
  readonly code?: string;
}

/**
 * Remembers who changed what for others: every command of the embedding program, and every command
 * of a session that concerns more than its own talk. `append` is called after the commit and must
 * not throw; a log that cannot write says so to its `Logger`. Entries refer to nothing: they outlive
 * the organizations and users they are about.
 *
 * Exports `auditEntry`, oldest first, each with an `id` that the log has given it: an import made
 * twice doubles nothing.
 */
export interface AuditLog extends Portable {
  append(entry: AuditEntry): void;
  /** Waits until all that was appended before is kept or was reported lost. Never rejects. */
  flush(): Promise<void>;
  /** Newest first, at most `limit`; those of one millisecond in the order of appending. */
  list(organizationId: string, limit: number): Promise<readonly AuditEntry[]>;
}

export const AuditLog: Token<AuditLog> = createToken('AuditLog');
