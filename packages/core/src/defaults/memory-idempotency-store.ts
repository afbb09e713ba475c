import type { AnswerRecord, IdempotencyStore } from '../contracts/idempotency-store.js';
import { memoryKey } from './memory-table.js';

/** Keeps answers while the process lives. */
export class MemoryIdempotencyStore implements IdempotencyStore {
  readonly #answers = new Map<string, AnswerRecord>();

  async get(sessionId: string, key: string): Promise<AnswerRecord | null> {
    return this.#answers.get(memoryKey(sessionId, key)) ?? null;
  }

  async put(record: AnswerRecord): Promise<void> {
    this.#answers.set(memoryKey(record.sessionId, record.key), Object.freeze({ ...record }));
  }

  async deleteExpired(now: number): Promise<void> {
    for (const [key, { expiresAt }] of this.#answers) {
      if (expiresAt <= now) this.#answers.delete(key);
    }
  }
}
