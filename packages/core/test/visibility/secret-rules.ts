import type { AccessScope, AccessSubject, OrganizationApi } from '../../src/index.js';

/** What one role is kept from, by number: a channel's is the order in which it was made. */
export interface SecretRole {
  /** Sees every participant, wherever they are. */
  readonly seesAll: boolean;
  /** Sees nobody but who is on a net with it, though it sees where they are. */
  readonly shy: boolean;
  /** Bits of channels that it does not see. */
  readonly hidden: number;
  /** Bits of channels that it sees though they are hidden, while it is in the one above. */
  readonly fromAbove: number;
  /** Bits of channels that it may not join. */
  readonly closed: number;
}

const BITS = 12;

/** Rules about who may see what, in the plainest form: the measure for what core sends. */
export class SecretRules {
  readonly roles: SecretRole[];
  /** By the name of the person. */
  readonly roleOf = new Map<string, number>();
  readonly #numbers = new Map<string, number>();
  organization: OrganizationApi | null = null;

  constructor(roles: readonly SecretRole[]) {
    this.roles = [...roles];
  }

  decide(subject: AccessSubject, permission: string, scope: AccessScope): boolean {
    const { sessionId, identity } = subject;
    if (
      scope.channelId !== undefined &&
      !this.viewsChannel(identity.displayName, sessionId, scope.channelId)
    ) {
      return false;
    }
    if (permission === 'VIEW' && scope.sessionId !== undefined) {
      return this.#viewsSession(identity.displayName, sessionId, scope.sessionId);
    }
    if (permission === 'JOIN' && scope.channelId !== undefined) {
      return !this.#has(this.#role(identity.displayName).closed, scope.channelId);
    }
    return permission !== 'BYPASS_PASSWORD';
  }

  viewsChannel(name: string, sessionId: string | null, channelId: string): boolean {
    const role = this.#role(name);
    if (!this.#has(role.hidden, channelId)) return true;
    const parent = this.organization?.channels.get(channelId)?.parent ?? null;
    if (parent === null || !this.#has(role.fromAbove, channelId)) return false;
    return this.#joined(sessionId).has(parent);
  }

  /** As core has it: whoever shares a net with somebody sees them, whatever the role says. */
  seesSession(name: string, sessionId: string, otherId: string): boolean {
    if (sessionId === otherId) return true;
    const nets = this.#netsOf(sessionId);
    if (this.#joined(otherId).some((id) => nets.has(id))) return true;
    return this.#viewsSession(name, sessionId, otherId);
  }

  /** Which of the bits is the channel's. */
  numberOf(channelId: string): number {
    const number = this.#numbers.get(channelId) ?? this.#numbers.size;
    this.#numbers.set(channelId, number);
    return number % BITS;
  }

  #viewsSession(name: string, sessionId: string | null, otherId: string): boolean {
    if (this.#role(name).seesAll || sessionId === otherId) return true;
    if (this.#role(name).shy) return false;
    return this.#joined(otherId).some((id) => this.viewsChannel(name, sessionId, id));
  }

  /** Channels that it is in, and those that a patch joins with them. */
  #netsOf(sessionId: string): Set<string> {
    const joined = this.#joined(sessionId);
    const patches = this.organization?.patches.list() ?? [];
    const patched = patches.filter(({ channels }) => channels.some((id) => joined.has(id)));
    return new Set([...joined, ...patched.flatMap(({ channels }) => channels)]);
  }

  #joined(sessionId: string | null): IdSet {
    const memberships = this.organization?.participants.get(sessionId ?? '')?.memberships;
    return new IdSet(memberships?.keys() ?? []);
  }

  #role(name: string): SecretRole {
    return this.roles[this.roleOf.get(name) ?? 0] as SecretRole;
  }

  #has(bits: number, channelId: string): boolean {
    return ((bits >> this.numberOf(channelId)) & 1) === 1;
  }
}

class IdSet extends Set<string> {
  some(is: (id: string) => boolean): boolean {
    for (const id of this) if (is(id)) return true;
    return false;
  }
}
