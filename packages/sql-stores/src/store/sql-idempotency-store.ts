import type { AnswerRecord, IdempotencyStore } from '@sidetone/core';
import type { SqlDatabase } from '../database/sql-database.js';
import { numberOf, textOf, type Row } from './row.js';

const ANSWER = 'sidetone_answer';

export class SqlIdempotencyStore implements IdempotencyStore {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  get(sessionId: string, key: string): Promise<AnswerRecord | null> {
    return this.#database.inOrganization(null, async (trx) => {
      const row = (await trx(ANSWER).where({ session_id: sessionId, key }).first()) as
        Row | undefined;
      return row === undefined ? null : answerOf(row);
    });
  }

  async put(record: AnswerRecord): Promise<void> {
    const row = {
      session_id: record.sessionId,
      key: record.key,
      fingerprint: record.fingerprint,
      answer: record.answer,
      expires_at: record.expiresAt,
    };
    await this.#database.inOrganization(null, (trx) =>
      trx(ANSWER).insert(row).onConflict(['session_id', 'key']).merge(),
    );
  }

  async deleteExpired(now: number): Promise<void> {
    await this.#database.inOrganization(null, (trx) =>
      trx(ANSWER).where('expires_at', '<=', now).delete(),
    );
  }
}

function answerOf(row: Row): AnswerRecord {
  return {
    sessionId: textOf(row, 'session_id'),
    key: textOf(row, 'key'),
    fingerprint: textOf(row, 'fingerprint'),
    answer: textOf(row, 'answer'),
    expiresAt: numberOf(row, 'expires_at'),
  };
}
