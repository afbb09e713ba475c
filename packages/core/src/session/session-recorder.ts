import type { VoicePlanePort } from '../audio/voice-plane-port.js';
import type { CancelTimer, Clock } from '../contracts/clock.js';
import type { Logger } from '../contracts/logger.js';
import type { Metrics } from '../contracts/metrics.js';
import type {
  ResumableMembership,
  ResumableSession,
  ResumeTokenStore,
} from '../contracts/resume-token-store.js';
import { errorMessage } from '../error/error-message.js';
import type { Membership } from './membership.js';
import type { ResumeTokens } from './resume-tokens.js';
import type { Session } from './session.js';

interface SessionRecorderParts {
  readonly store: ResumeTokenStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tokens: ResumeTokens;
  readonly plane: VoicePlanePort;
  readonly resumeTimeoutMs: number;
}

/** Changes of one session within this time are one write. */
const GATHER_MS = 200;
const RETRY_MS = 1000;
/** When nothing changes a record is written again after this time, or it would run out. */
export const REFRESH_MS = 300_000;
const REFRESH_TICK_MS = 10_000;
const WRITES_AT_ONCE = 8;
/** While the store is gone; what is not deleted runs out by itself. */
const MAX_DELETIONS = 65_536;

/** What is to be written of a session now; `null`: it cannot be resumed. */
type Describe = () => ResumableSession | null;

/**
 * Writes behind what sessions need to come back after a restart. Nobody waits for it: a store that
 * is gone costs what changed meanwhile, and that only if the process ends before it is back.
 */
export class SessionRecorder {
  readonly #parts: SessionRecorderParts;
  readonly #changed = new Map<string, Describe>();
  readonly #deletions = new Set<string>();
  /** Users of whom nothing may be left, whichever process wrote it. */
  readonly #revoked = new Set<string>();
  /** Sessions of which the store has something, and when it was written. */
  readonly #writtenAtMs = new Map<string, { readonly session: Session; readonly atMs: number }>();
  readonly #cancelRefresh: CancelTimer;
  #cancelNext: CancelTimer | null = null;
  #writing: Promise<void> | null = null;
  #failing = false;
  #closed = false;

  constructor(parts: SessionRecorderParts) {
    this.#parts = parts;
    this.#cancelRefresh = parts.clock.every(REFRESH_TICK_MS, () => this.#refresh());
  }

  /** Something of it is new. */
  changed(session: Session): void {
    if (session.status === 'closed' || this.#parts.resumeTimeoutMs === 0) return;
    this.#changed.set(session.id, () => this.#describe(session));
    this.#arm(GATHER_MS);
  }

  /** It has ended, and must not come back. */
  ended(session: Session): void {
    this.#changed.delete(session.id);
    if (!this.#writtenAtMs.delete(session.id) && this.#writing === null) return;
    if (this.#deletions.size < MAX_DELETIONS) this.#deletions.add(session.id);
    else this.#parts.metrics.counter('resumable.dropped').add();
    this.#arm(GATHER_MS);
  }

  /**
   * The credentials or the account of the user were taken back: what the store has of them goes, of
   * earlier processes too. Sessions of theirs that go on are written again.
   */
  revoked(userId: string): void {
    if (this.#revoked.size < MAX_DELETIONS) this.#revoked.add(userId);
    else this.#parts.metrics.counter('resumable.dropped').add();
    this.#arm(GATHER_MS);
  }

  /** Whether it has ended, though the store may not know it yet. */
  hasEnded(sessionId: string): boolean {
    return this.#deletions.has(sessionId);
  }

  /** It ends because the server stops, and may come back to the next one. Called before it ends. */
  leave(session: Session): void {
    if (this.#parts.resumeTimeoutMs === 0) return;
    const { clock, resumeTimeoutMs } = this.#parts;
    const record = this.#describe(session);
    if (record === null) return;
    const expiresAt = clock.wallTime() + resumeTimeoutMs;
    this.#changed.set(session.id, () => ({ ...record, expiresAt }));
    this.#writtenAtMs.delete(session.id);
  }

  /** Writes what is left, once, and waits for it that long. */
  async flush(timeoutMs: number): Promise<void> {
    const write = async (): Promise<void> => {
      await this.#writing;
      await this.#write();
    };
    await new Promise<void>((resolve) => {
      const cancel = this.#parts.clock.after(timeoutMs, resolve);
      void write().finally(() => {
        cancel();
        resolve();
      });
    });
  }

  close(): void {
    this.#closed = true;
    this.#cancelRefresh();
    this.#cancelNext?.();
  }

  #arm(delayMs: number): void {
    if (this.#closed || this.#cancelNext !== null || this.#writing !== null) return;
    this.#cancelNext = this.#parts.clock.after(this.#failing ? RETRY_MS : delayMs, () => {
      this.#cancelNext = null;
      this.#writing = this.#write().finally(() => {
        this.#writing = null;
        const left = this.#changed.size + this.#deletions.size + this.#revoked.size;
        if (left > 0) this.#arm(GATHER_MS);
      });
    });
  }

  /** Never rejects. */
  async #write(): Promise<void> {
    this.#failing = false;
    await inParallel(Array.from(this.#revoked, (userId) => () => this.#revoke(userId)));
    const work = [
      ...Array.from(this.#deletions, (id) => () => this.#delete(id)),
      ...Array.from(
        this.#changed,
        ([id, describe]) =>
          () =>
            this.#put(id, describe),
      ),
    ];
    this.#changed.clear();
    await inParallel(work);
  }

  async #revoke(userId: string): Promise<void> {
    try {
      await this.#parts.store.deleteOfUser(userId);
      this.#revoked.delete(userId);
    } catch (error) {
      return this.#failed(error);
    }
    for (const { session } of [...this.#writtenAtMs.values()]) {
      if (session.identity.userId !== userId || session.status === 'closed') continue;
      this.#changed.set(session.id, () => this.#describe(session));
    }
  }

  async #put(id: string, describe: Describe): Promise<void> {
    const record = describe();
    if (record === null) return;
    try {
      await this.#parts.store.put(record);
      this.#parts.metrics.counter('resumable.written').add();
    } catch (error) {
      this.#failed(error);
      if (!this.#changed.has(id) && !this.#deletions.has(id)) this.#changed.set(id, describe);
    }
  }

  async #delete(id: string): Promise<void> {
    try {
      await this.#parts.store.delete(id);
      this.#deletions.delete(id);
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    const { log, metrics } = this.#parts;
    metrics.counter('resumable.failed').add();
    const cause = errorMessage(error);
    if (!this.#failing) log.debug('sessions are not kept beyond a restart now', { cause });
    this.#failing = true;
  }

  #refresh(): void {
    const beforeMs = this.#parts.clock.now() - REFRESH_MS;
    for (const { session, atMs } of this.#writtenAtMs.values()) {
      if (atMs <= beforeMs) this.changed(session);
    }
  }

  #describe(session: Session): ResumableSession | null {
    const { tokens, plane, clock, resumeTimeoutMs } = this.#parts;
    const kept = tokens.kept(session.id);
    if (kept === null || session.status === 'closed') return null;
    this.#writtenAtMs.set(session.id, { session, atMs: clock.now() });
    const { id: sessionId, organizationId, identity, muted, deafened } = session;
    // Nobody knows when a process that dies was last there: what it leaves is good for longer.
    const livesMs = session.status === 'active' ? REFRESH_MS + REFRESH_TICK_MS : 0;
    return {
      sessionId,
      tokenHashes: kept.hashes,
      organizationId,
      identity,
      instance: kept.instance,
      muted,
      deafened,
      memberships: Array.from(session.memberships, ([channelId, membership]) => {
        return { channelId, ...flagsOf(membership) };
      }),
      targets: plane.targets(sessionId).map(({ target: id, source, spec, priority }) => ({
        ...{ id, source: source.kind, spec, priority },
      })),
      expiresAt: clock.wallTime() + livesMs + resumeTimeoutMs,
    };
  }
}

async function inParallel(work: (() => Promise<void>)[]): Promise<void> {
  const worker = async (): Promise<void> => {
    for (let next = work.shift(); next !== undefined; next = work.shift()) await next();
  };
  await Promise.all(Array.from({ length: WRITES_AT_ONCE }, worker));
}

/** Order and highest priority are given anew. */
function flagsOf(membership: Membership): Omit<ResumableMembership, 'channelId'> {
  const { listening, selected, muted, deafened } = membership;
  const { mutedByModerator, deafenedByModerator } = membership;
  const flags = { listening, selected, muted, deafened, mutedByModerator, deafenedByModerator };
  return membership.brought ? { ...flags, brought: true } : flags;
}
