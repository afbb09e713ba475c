import { isVoiceError, WireError } from '@sidetone/protocol';
import type { BanRecord, BanStore, BanSubject } from '../contracts/ban-store.js';
import type { Clock } from '../contracts/clock.js';
import type { SessionLifecycle } from '../session/session-lifecycle.js';
import { BanBook } from './ban-book.js';
import type { Organization } from './organization.js';

interface BansParts {
  readonly store: BanStore;
  readonly clock: Clock;
  readonly sessions: SessionLifecycle;
}

/** Bans people and lifts bans: store, book and live sessions together. */
export class Bans {
  readonly #parts: BansParts;

  constructor(parts: BansParts) {
    this.#parts = parts;
  }

  async load(organizationId: string): Promise<BanBook> {
    const { store, clock } = this.#parts;
    return new BanBook(clock, await store.list(organizationId, clock.wallTime()));
  }

  /** Keeps all of them; then those whom they are about go. */
  async add(organization: Organization, bans: readonly BanRecord[]): Promise<void> {
    const kept: BanRecord[] = [];
    for (const ban of bans) kept.push(await this.#persist(ban));
    for (const record of kept) organization.bans.add(record);
    for (const session of [...organization.sessions.values()]) {
      const found = organization.bans.find(session.userId, session.remoteAddress);
      if (!found) continue;
      this.#parts.sessions.close(session, 'kicked', banMessage(organization, found), 'BANNED');
    }
  }

  async lift(organization: Organization, banId: string): Promise<void> {
    await this.#parts.store.delete(organization.id, banId);
    organization.bans.remove(banId);
  }

  /** A request that comes again after a crash means the ban that it made then. */
  async #persist(ban: BanRecord): Promise<BanRecord> {
    const { store, clock } = this.#parts;
    try {
      await store.put(ban);
      return ban;
    } catch (error) {
      if (!isVoiceError(error) || error.code !== 'ERR_STORE_CONFLICT') throw error;
      const kept = await store.list(ban.organizationId, clock.wallTime());
      const same = kept.find(({ id, subject }) => id === ban.id && isSame(subject, ban.subject));
      if (!same) throw error;
      return same;
    }
  }
}

/** Throws `WireError` BANNED. */
export function requireNotBanned(
  organization: Organization,
  userId: string,
  address: string | null,
): void {
  const ban = organization.bans.find(userId, address);
  if (!ban) return;
  const { reason, expiresAt } = ban;
  throw new WireError('BANNED', banMessage(organization, ban), {
    details: { reason, expiresAt },
  });
}

function banMessage({ name }: Organization, { reason, expiresAt }: BanRecord): string {
  const end = expiresAt === null ? 'for good' : `until ${new Date(expiresAt).toISOString()}`;
  return `banned from "${name}" ${end}${reason === '' ? '' : `: ${reason}`}`;
}

function isSame(one: BanSubject, other: BanSubject): boolean {
  if (one.kind === 'user') return other.kind === 'user' && one.userId === other.userId;
  return other.kind === 'network' && one.network === other.network;
}
