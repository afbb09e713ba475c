import type { ResumableSession, ResumeTokenStore } from '../contracts/resume-token-store.js';
import { frozenCopy } from '../hook/frozen-copy.js';

/** Keeps resumable sessions while the process lives. */
export class MemoryResumeTokenStore implements ResumeTokenStore {
  readonly #sessions = new Map<string, ResumableSession>();
  readonly #byToken = new Map<string, string>();

  async put(session: ResumableSession): Promise<void> {
    this.#forget(session.sessionId);
    const kept = frozenCopy(session);
    this.#sessions.set(kept.sessionId, kept);
    for (const hash of kept.tokenHashes) this.#byToken.set(hash, kept.sessionId);
  }

  async findByToken(tokenHash: string): Promise<ResumableSession | null> {
    const sessionId = this.#byToken.get(tokenHash);
    return (sessionId === undefined ? undefined : this.#sessions.get(sessionId)) ?? null;
  }

  async delete(sessionId: string): Promise<void> {
    this.#forget(sessionId);
  }

  async deleteOfUser(userId: string): Promise<void> {
    for (const { sessionId, identity } of [...this.#sessions.values()]) {
      if (identity.userId === userId) this.#forget(sessionId);
    }
  }

  async deleteExpired(now: number): Promise<void> {
    for (const { sessionId, expiresAt } of [...this.#sessions.values()]) {
      if (expiresAt <= now) this.#forget(sessionId);
    }
  }

  #forget(sessionId: string): void {
    for (const hash of this.#sessions.get(sessionId)?.tokenHashes ?? []) this.#byToken.delete(hash);
    this.#sessions.delete(sessionId);
  }
}
