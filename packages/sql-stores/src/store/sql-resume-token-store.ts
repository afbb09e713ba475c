import type { ResumableSession, ResumeTokenStore } from '@sidetone/core';
import type { SqlDatabase } from '../database/sql-database.js';
import type { SqlDialectName } from '../dialect/sql-dialect.js';
import { jsonOf, type Row } from './row.js';

const SESSION = 'sidetone_resumable_session';
const TOKEN = 'sidetone_resume_token';

/** Rare, and among some thousand rows at most: an expression, and no column with an index. */
const userOf: Readonly<Record<SqlDialectName, string>> = {
  postgres: `session::jsonb #>> '{identity,userId}'`,
  sqlite: `json_extract(session, '$.identity.userId')`,
};

export class SqlResumeTokenStore implements ResumeTokenStore {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  async put(session: ResumableSession): Promise<void> {
    const row = {
      session_id: session.sessionId,
      session: JSON.stringify(session),
      expires_at: session.expiresAt,
    };
    const tokens = [...new Set(session.tokenHashes)].map((token) => ({
      token_hash: token,
      session_id: session.sessionId,
    }));
    await this.#database.inOrganization(null, async (trx) => {
      await trx(SESSION).insert(row).onConflict('session_id').merge();
      await trx(TOKEN).where({ session_id: session.sessionId }).delete();
      if (tokens.length > 0) await trx(TOKEN).insert(tokens);
    });
  }

  findByToken(tokenHash: string): Promise<ResumableSession | null> {
    return this.#database.inOrganization(null, async (trx) => {
      const row = await trx(SESSION)
        .join(TOKEN, `${TOKEN}.session_id`, `${SESSION}.session_id`)
        .where(`${TOKEN}.token_hash`, tokenHash)
        .first<Row | undefined>('session');
      return row === undefined ? null : jsonOf<ResumableSession>(row, 'session');
    });
  }

  async delete(sessionId: string): Promise<void> {
    await this.#database.inOrganization(null, (trx) =>
      trx(SESSION).where({ session_id: sessionId }).delete(),
    );
  }

  async deleteOfUser(userId: string): Promise<void> {
    const user = userOf[this.#database.dialect];
    await this.#database.inOrganization(null, (trx) =>
      trx(SESSION).whereRaw(`${user} = ?`, [userId]).delete(),
    );
  }

  async deleteExpired(now: number): Promise<void> {
    await this.#database.inOrganization(null, (trx) =>
      trx(SESSION).where('expires_at', '<=', now).delete(),
    );
  }
}
