import { FREE_NET, type NetPolicy, type Permission } from '@sidetone/protocol';
import type {
  Roster,
  RosterMembership,
  RosterPatch,
  RosterSession,
} from '../../src/audio/roster.js';
import type { AccessScope } from '../../src/contracts/access-policy.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A roster that tests write to directly. Everything is allowed but what they deny. */
export class FakeRoster implements Roster {
  readonly sessions = new Map<string, Writable<RosterSession>>();
  readonly channels = new Map<string, Map<string, Writable<RosterMembership>>>();
  /** Parent of each channel that has one. */
  readonly parents = new Map<string, string>();
  readonly denied = new Set<string>();
  /** Of channels that differ from a free one. */
  readonly nets = new Map<string, NetPolicy>();
  readonly patches = new Set<RosterPatch>();
  #joins = 0;

  session(sessionId: string): Writable<RosterSession> | undefined {
    return this.sessions.get(sessionId);
  }

  sessionsOfUser(organizationId: string, userId: string): readonly RosterSession[] {
    return [...this.sessions.values()].filter(
      (session) => session.userId === userId && session.organizationId === organizationId,
    );
  }

  members(channelId: string): ReadonlyMap<string, Writable<RosterMembership>> {
    return this.channels.get(channelId) ?? new Map();
  }

  subtree(channelId: string): readonly string[] {
    if (!this.channels.has(channelId)) return [];
    const children = [...this.parents].filter(([, parent]) => parent === channelId);
    return [channelId, ...children.flatMap(([child]) => this.subtree(child))];
  }

  net(channelId: string): NetPolicy {
    return this.nets.get(channelId) ?? FREE_NET;
  }

  patchOf(channelId: string): RosterPatch | undefined {
    return [...this.patches].find(({ channels }) => channels.includes(channelId));
  }

  channelsOf(sessionId: string): readonly string[] {
    return [...this.channels].filter(([, members]) => members.has(sessionId)).map(([id]) => id);
  }

  sees(sessionId: string, otherId: string): boolean {
    return this.allows(sessionId, 'VIEW', { sessionId: otherId });
  }

  allows(sessionId: string, permission: Permission, scope: AccessScope): boolean {
    return !this.denied.has(denialOf(sessionId, permission, scope));
  }

  deny(sessionId: string, permission: Permission, scope: AccessScope): void {
    this.denied.add(denialOf(sessionId, permission, scope));
  }

  allow(sessionId: string, permission: Permission, scope: AccessScope): void {
    this.denied.delete(denialOf(sessionId, permission, scope));
  }

  join(sessionId: string, channelId: string, flags: Partial<RosterMembership> = {}): void {
    this.channels.get(channelId)?.set(sessionId, {
      listening: true,
      selected: false,
      joinOrder: (this.#joins += 1),
      maxPriority: 1,
      muted: false,
      deafened: false,
      mutedByModerator: false,
      deafenedByModerator: false,
      ...flags,
    });
  }

  membership(sessionId: string, channelId: string): Writable<RosterMembership> {
    const membership = this.channels.get(channelId)?.get(sessionId);
    if (membership === undefined) throw new Error(`"${sessionId}" is not in "${channelId}"`);
    return membership;
  }
}

function denialOf(sessionId: string, permission: Permission, scope: AccessScope): string {
  return `${sessionId} ${permission} ${scope.channelId ?? ''} ${scope.sessionId ?? ''}`;
}
