import { FREE_NET, type NetPolicy, type Permission } from '@sidetone/protocol';
import type { Roster, RosterMembership, RosterPatch } from '../audio/roster.js';
import type { Channel } from '../channel/channel.js';
import type { AccessScope } from '../contracts/access-policy.js';
import { foldName } from '../contracts/stored-record.js';
import type { Session } from '../session/session.js';
import type { Organization } from './organization.js';
import { mayViewSession } from './visible.js';

const NOBODY: ReadonlyMap<string, RosterMembership> = new Map();

/** All organizations of a server with quick ways to their parts; the voice plane's `Roster`. */
export class OrganizationRegistry implements Roster {
  readonly #organizations = new Map<string, Organization>();
  readonly #sessions = new Map<string, Session>();
  /** By organization and user. */
  readonly #byUser = new Map<string, Set<Session>>();
  readonly #channels = new Map<string, Channel>();
  /** The one that sessions begin in which name none; it keeps that role under another name. */
  own: Organization | undefined;

  add(organization: Organization): void {
    this.#organizations.set(organization.id, organization);
  }

  /** It has neither sessions nor channels any more. */
  remove(organization: Organization): void {
    this.#organizations.delete(organization.id);
  }

  has(organization: Organization): boolean {
    return this.#organizations.get(organization.id) === organization;
  }

  /** By id or, as names are compared, by name; without either the server's own. */
  find(idOrName?: string): Organization | undefined {
    if (idOrName === undefined) return this.own;
    const byId = this.#organizations.get(idOrName);
    if (byId) return byId;
    const wanted = foldName(idOrName);
    return [...this.#organizations.values()].find(({ name }) => foldName(name) === wanted);
  }

  all(): IterableIterator<Organization> {
    return this.#organizations.values();
  }

  sessions(): IterableIterator<Session> {
    return this.#sessions.values();
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }

  addSession(session: Session): void {
    this.#sessions.set(session.id, session);
    const key = userKey(session.organizationId, session.userId);
    this.#byUser.set(key, (this.#byUser.get(key) ?? new Set()).add(session));
    this.#organizations.get(session.organizationId)?.sessions.set(session.id, session);
  }

  removeSession(session: Session): void {
    this.#sessions.delete(session.id);
    const key = userKey(session.organizationId, session.userId);
    const others = this.#byUser.get(key);
    others?.delete(session);
    if (others?.size === 0) this.#byUser.delete(key);
    this.#organizations.get(session.organizationId)?.sessions.delete(session.id);
  }

  addChannel(channel: Channel): void {
    this.#channels.set(channel.id, channel);
    this.#organizations.get(channel.organizationId)?.tree.add(channel);
  }

  removeChannel(channel: Channel): void {
    this.#channels.delete(channel.id);
    this.#organizations.get(channel.organizationId)?.tree.remove(channel.id);
  }

  channel(channelId: string): Channel | undefined {
    return this.#channels.get(channelId);
  }

  session(sessionId: string): Session | undefined {
    return this.#sessions.get(sessionId);
  }

  sessionsOfUser(organizationId: string, userId: string): readonly Session[] {
    return [...(this.#byUser.get(userKey(organizationId, userId)) ?? [])];
  }

  members(channelId: string): ReadonlyMap<string, RosterMembership> {
    return this.#channels.get(channelId)?.members ?? NOBODY;
  }

  subtree(channelId: string): readonly string[] {
    const channel = this.#channels.get(channelId);
    const tree = channel && this.#organizations.get(channel.organizationId)?.tree;
    return tree ? tree.subtree(channelId).map(({ id }) => id) : [];
  }

  net(channelId: string): NetPolicy {
    return this.#channels.get(channelId)?.net ?? FREE_NET;
  }

  patchOf(channelId: string): RosterPatch | undefined {
    const channel = this.#channels.get(channelId);
    return channel && this.#organizations.get(channel.organizationId)?.patches.of(channelId);
  }

  channelsOf(sessionId: string): readonly string[] {
    return [...(this.#sessions.get(sessionId)?.memberships.keys() ?? [])];
  }

  sees(sessionId: string, otherId: string): boolean {
    const [session, other] = [this.#sessions.get(sessionId), this.#sessions.get(otherId)];
    if (session === undefined || session.organizationId !== other?.organizationId) return false;
    const organization = this.#organizations.get(session.organizationId);
    return organization !== undefined && mayViewSession(organization, session, other);
  }

  allows(sessionId: string, permission: Permission, scope: AccessScope): boolean {
    return this.#sessions.get(sessionId)?.access.allows(permission, scope) ?? false;
  }
}

function userKey(organizationId: string, userId: string): string {
  return `${organizationId} ${userId}`;
}
