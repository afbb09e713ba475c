import { randomUUID } from 'node:crypto';
import { Name, WireError } from '@sidetone/protocol';
import { Type, type TProperties } from 'typebox';
import type { AccountRecord } from '../contracts/account-store.js';
import type { Page } from '../contracts/stored-record.js';
import type { World } from '../domain/world.js';
import { answered, createAudited } from './audited.js';
import { requireShape } from './require-shape.js';

export interface UserDraft {
  /** To sign in with; unique, whatever the case. 1 to 80 characters. */
  readonly name: string;
  /** What others see. Default the name. */
  readonly displayName?: string;
  /** Default false. */
  readonly administrator?: boolean;
}

export type UserChanges = Partial<Required<UserDraft>>;

/**
 * Accounts, which are the whole server's. Changes reject with `WireError`: NOT_FOUND,
 * ALREADY_EXISTS, INVALID_PARAMS, VERSION_CONFLICT, UNAVAILABLE. They are audited in the server's
 * own organization.
 */
export interface UsersApi {
  get(userId: string): Promise<AccountRecord | null>;
  find(name: string): Promise<AccountRecord | null>;
  /** In the order of ids; 100 of them unless the page says otherwise. */
  list(page?: Partial<Page>): Promise<readonly AccountRecord[]>;
  /** Without credentials: nobody can sign in with it until it is given some. */
  create(draft: UserDraft): Promise<AccountRecord>;
  /**
   * Names show from the next sign-in on. Who is an administrator no more is signed out.
   */
  update(userId: string, changes: UserChanges): Promise<AccountRecord>;
  /** Keeps the user from signing in, and ends their sessions with CREDENTIALS_CHANGED. */
  disable(userId: string): Promise<AccountRecord>;
  enable(userId: string): Promise<AccountRecord>;
  /**
   * With credentials, settings and memberships; sessions end with CREDENTIALS_CHANGED. ACCESS_DENIED
   * for the last administrator of an organization.
   */
  delete(userId: string): Promise<void>;
  /** The same under another name in the audit log. */
  as(actorName: string): UsersApi;
}

const shape: TProperties = {
  name: Type.Optional(Name),
  displayName: Type.Optional(Name),
  administrator: Type.Optional(Type.Boolean()),
};

export function createUsersApi(world: World, actorName = 'program'): UsersApi {
  const { accountStore, memberRoles, clock } = world.dependencies;
  const audited = createAudited(world.dependencies, actorName);
  const act = <T>(name: string, details: object, work: () => Promise<T>): Promise<T> => {
    const organizationId = world.registry.own?.id ?? '';
    return audited({ organizationId, name, details: { ...details } }, work);
  };
  const change = async (
    userId: string,
    changes: Partial<AccountRecord>,
  ): Promise<AccountRecord> => {
    const record = { ...(await required(userId)), ...changes };
    return { ...record, version: await accountStore.put(record) };
  };
  const required = async (userId: string): Promise<AccountRecord> => {
    const record = await accountStore.get(userId);
    if (record) return record;
    throw new WireError('NOT_FOUND', `there is no user "${userId}"`);
  };
  const signOut = (userId: string): void => {
    world.liveSessions.closeOfUser(userId, 'CREDENTIALS_CHANGED');
  };
  return {
    get: (userId) => answered(accountStore.get(userId)),
    find: (name) => answered(accountStore.findByName(name)),
    list: (page) => answered(accountStore.list({ limit: 100, ...page })),
    create: (draft) =>
      act('user.create', draft, async () => {
        requireShape({ ...shape, name: Name }, draft);
        const { name, displayName = name, administrator = false } = draft;
        const fresh = {
          id: randomUUID(),
          disabled: false,
          createdAt: clock.wallTime(),
          version: 0,
        };
        const record = { ...fresh, name, displayName, administrator };
        return { ...record, version: await accountStore.put(record) };
      }),
    update: (userId, changes) =>
      act('user.update', { user: userId, ...changes }, async () => {
        requireShape(shape, changes);
        const record = await change(userId, pick(changes));
        if (changes.administrator === false) signOut(userId);
        return record;
      }),
    disable: (userId) =>
      act('user.disable', { user: userId }, async () => {
        const record = await change(userId, { disabled: true });
        signOut(userId);
        return record;
      }),
    enable: (userId) =>
      act('user.enable', { user: userId }, () => change(userId, { disabled: false })),
    delete: (userId) =>
      act('user.delete', { user: userId }, async () => {
        await required(userId);
        await memberRoles.removing({ organizationId: null, userId }, () =>
          accountStore.delete(userId),
        );
        signOut(userId);
      }),
    as: (name) => createUsersApi(world, name),
  };
}

/** What a caller may change, and nothing else of what it gave. */
function pick({ name, displayName, administrator }: UserChanges): Partial<AccountRecord> {
  return {
    ...(name === undefined ? {} : { name }),
    ...(displayName === undefined ? {} : { displayName }),
    ...(administrator === undefined ? {} : { administrator }),
  };
}
