import type { BanRecord } from '../contracts/ban-store.js';
import type { Clock } from '../contracts/clock.js';
import { maskedTo, parseAddress, parseNetwork, type IpNetwork } from '../limit/ip-network.js';

/**
 * The bans of one organization, as they are kept: asked at every sign-in, and while the store is not
 * there as well. At its `expiresAt` a ban is out.
 */
export class BanBook {
  readonly #clock: Clock;
  readonly #bans = new Map<string, BanRecord>();
  /** By who or what is banned. */
  readonly #bySubject = new Map<string, Set<BanRecord>>();
  /** Lengths of prefixes that there have been: each asks for one look-up. */
  readonly #prefixes = { 4: new Set<number>(), 6: new Set<number>() };

  constructor(clock: Clock, records: readonly BanRecord[] = []) {
    this.#clock = clock;
    for (const record of records) this.add(record);
  }

  /** Newest first, then by id. */
  list(): readonly BanRecord[] {
    this.#prune();
    return [...this.#bans.values()].sort(
      (a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1),
    );
  }

  get(banId: string): BanRecord | undefined {
    this.#prune();
    return this.#bans.get(banId);
  }

  add(record: BanRecord): void {
    this.#prune();
    this.remove(record.id);
    this.#bans.set(record.id, record);
    const key = this.#keyOf(record);
    if (key === null) return;
    this.#bySubject.set(key, (this.#bySubject.get(key) ?? new Set()).add(record));
  }

  remove(banId: string): void {
    const record = this.#bans.get(banId);
    if (!record) return;
    this.#bans.delete(banId);
    const key = this.#keyOf(record);
    if (key === null) return;
    const others = this.#bySubject.get(key);
    others?.delete(record);
    if (others?.size === 0) this.#bySubject.delete(key);
  }

  /** The ban that keeps them out longest. `address`: `null` for who is inside the process. */
  find(userId: string, address: string | null): BanRecord | null {
    const now = this.#clock.wallTime();
    let longest: BanRecord | null = null;
    for (const key of this.#keysFor(userId, address)) {
      for (const ban of this.#bySubject.get(key) ?? []) {
        const end = endOf(ban);
        if (end > now && (longest === null || end > endOf(longest))) longest = ban;
      }
    }
    return longest;
  }

  *#keysFor(userId: string, address: string | null): IterableIterator<string> {
    yield userKey(userId);
    const parsed = address === null ? null : parseAddress(address);
    if (parsed === null) return;
    for (const prefix of this.#prefixes[parsed.family]) {
      yield networkKey({ family: parsed.family, prefix, value: maskedTo(parsed, prefix) });
    }
  }

  /** `null`: a network that cannot be read matches nobody. */
  #keyOf({ subject }: BanRecord): string | null {
    if (subject.kind === 'user') return userKey(subject.userId);
    const network = parseNetwork(subject.network);
    if (network === null) return null;
    this.#prefixes[network.family].add(network.prefix);
    return networkKey(network);
  }

  #prune(): void {
    const now = this.#clock.wallTime();
    for (const ban of this.#bans.values()) if (endOf(ban) <= now) this.remove(ban.id);
  }
}

function endOf({ expiresAt }: BanRecord): number {
  return expiresAt ?? Number.POSITIVE_INFINITY;
}

function userKey(userId: string): string {
  return `user ${userId}`;
}

function networkKey({ family, prefix, value }: IpNetwork): string {
  return `${family} ${prefix} ${value}`;
}
