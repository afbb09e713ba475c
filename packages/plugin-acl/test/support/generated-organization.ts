import type { AccessScope, Identity, ImplicitRole, PermissionName } from '@sidetone/core';
import * as fc from 'fast-check';
import type { OrderOfEvaluation } from '../../src/evaluation/order-of-evaluation.js';
import type { SubjectRights } from '../../src/policy/subject-rights.js';
import { person, RoleWorld, sessionOf } from './role-world.js';

/** Those with a part of their own in the order, one of the many others, and one of a plugin. */
export const asked: readonly PermissionName[] = [
  'VIEW',
  'JOIN',
  'MUTE',
  'WHISPER',
  'ADMINISTER',
  'dice.roll',
];

const MAX_DEPTH = 6;
const IMPLICIT: readonly ImplicitRole[] = ['everyone', 'authenticated', 'guest', 'inChannel'];

const index = fc.nat({ max: 1000 });
/** Seen by most, or little else could be told apart. */
const names = fc
  .tuple(fc.nat({ max: 3 }), fc.subarray(['JOIN', 'MUTE', 'WHISPER', 'dice.roll', 'gone.away']))
  .map(([dice, others]) => (dice > 0 ? ['VIEW', ...others] : others));
const few = fc.subarray(['VIEW', 'JOIN', 'MUTE', 'WHISPER', 'ADMINISTER'], { maxLength: 2 });
const rank = fc.constantFrom(0, 10, 10, 20, 30);
const seldom = fc.nat({ max: 11 }).map((dice) => dice === 0);

const rolePlan = fc.record({ rank, names, administers: seldom });
/** Many stand at the same few channels, or ranks would seldom meet. */
const crowded = fc.oneof(index, fc.nat({ max: 1 }));

const overridePlan = fc.record({
  channel: crowded,
  about: index,
  allow: few,
  deny: few,
  reach: fc.constantFrom('here', 'below', 'both', 'both'),
});
const userPlan = fc.record({
  guest: fc.boolean(),
  administrator: seldom,
  claims: fc.subarray([0, 1, 2, 3], { maxLength: 1 }),
  roles: fc.subarray([0, 1, 2, 3, 4]),
  joined: fc.array(index, { maxLength: 3 }),
});

export type OverridePlan = typeof overridePlan extends fc.Arbitrary<infer P> ? P : never;
export type RolePlan = typeof rolePlan extends fc.Arbitrary<infer P> ? P : never;

const changePlan = fc.oneof(
  fc.record({ kind: fc.constant('role' as const), role: index, plan: rolePlan }),
  fc.record({ kind: fc.constant('newName' as const), role: index, name: index }),
  fc.record({ kind: fc.constant('roleRemoved' as const), role: index }),
  fc.record({
    kind: fc.constantFrom('assigned' as const, 'unassigned' as const),
    role: index,
    user: index,
  }),
  fc.record({ kind: fc.constant('override' as const), plan: overridePlan }),
  fc.record({ kind: fc.constant('overrideRemoved' as const), override: index }),
  fc.record({ kind: fc.constant('sealed' as const), channel: index, sealed: fc.boolean() }),
  fc.record({ kind: fc.constant('memberRemoved' as const), user: index }),
  fc.record({ kind: fc.constant('moved' as const), channel: index, parent: fc.option(index) }),
  fc.record({ kind: fc.constant('added' as const), parent: index }),
  fc.record({ kind: fc.constant('removed' as const), channel: index }),
  fc.record({
    kind: fc.constantFrom('joined' as const, 'left' as const),
    user: index,
    channel: index,
  }),
);

export type ChangePlan = typeof changePlan extends fc.Arbitrary<infer P> ? P : never;

export const organizationPlan = fc.record({
  /** Of each channel, which of those before it (or none) is its parent. */
  parents: fc.array(index, { minLength: 2, maxLength: 9 }),
  implicit: fc.array(rolePlan, { minLength: 2, maxLength: 4 }),
  roles: fc.array(rolePlan, { minLength: 1, maxLength: 5 }),
  users: fc.array(userPlan, { minLength: 2, maxLength: 3 }),
  overrides: fc.array(overridePlan, { maxLength: 14 }),
  sealed: fc.array(index, { maxLength: 2 }),
  changes: fc.array(changePlan, { maxLength: 5 }),
});

export type OrganizationPlan = typeof organizationPlan extends fc.Arbitrary<infer P> ? P : never;

interface User {
  readonly identity: Identity;
  readonly rights: SubjectRights;
}

/** An organization made to plan, with everybody in it. */
export class GeneratedOrganization {
  readonly world: RoleWorld;
  readonly users: User[] = [];
  #added = 0;

  constructor(plan: OrganizationPlan, order?: OrderOfEvaluation) {
    this.world = new RoleWorld(order === undefined ? {} : { order });
    for (const parent of plan.parents) this.#addChannel(parent);
    plan.implicit.forEach((role, at) =>
      this.#putRole(`implicit ${at}`, role, IMPLICIT[at] ?? null),
    );
    plan.roles.forEach((role, at) => this.#putRole(`role ${at}`, role, null));
    plan.users.forEach((user, at) => this.#addUser(`user ${at}`, user));
    for (const override of plan.overrides) this.#putOverride(override);
    for (const channel of plan.sealed) this.world.seal(this.#channel(channel));
  }

  channelIds(): readonly string[] {
    return Array.from(
      this.world.directory.channels(this.world.directory.organizationId),
      ({ id }) => id,
    );
  }

  /** Everything that can be asked about: the organization, each channel, each participant. */
  scopes(): readonly AccessScope[] {
    return [
      {},
      ...this.channelIds().map((channelId) => ({ channelId })),
      ...this.users.map(({ identity }) => ({ sessionId: sessionOf(identity) })),
    ];
  }

  change(plan: ChangePlan): void {
    const { world } = this;
    switch (plan.kind) {
      case 'role': {
        const role = this.#role(plan.role);
        return role && this.#putRole(role.id, plan.plan, role.implicit);
      }
      case 'newName': {
        const role = this.#role(plan.role);
        return role && world.role({ ...role, name: `role ${plan.name % 4} again` });
      }
      case 'roleRemoved': {
        const role = this.#role(plan.role);
        return role && world.roles.apply({ kind: 'roleRemoved', roleId: role.id });
      }
      case 'assigned':
      case 'unassigned': {
        const role = this.#role(plan.role);
        const { userId } = this.#user(plan.user);
        return role && world.roles.apply({ kind: plan.kind, roleId: role.id, userId });
      }
      case 'override':
        return this.#putOverride(plan.plan);
      case 'overrideRemoved': {
        const overrides = world.roles.book().overrides;
        const override = overrides[plan.override % (overrides.length || 1)];
        return override && world.roles.apply({ ...override, kind: 'overrideRemoved' });
      }
      case 'sealed':
        return world.seal(this.#channel(plan.channel), plan.sealed);
      case 'memberRemoved':
        return world.roles.apply({ kind: 'memberRemoved', userId: this.#user(plan.user).userId });
      case 'moved':
        return this.#move(this.#channel(plan.channel), plan.parent);
      case 'added':
        return this.#addChannel(plan.parent);
      case 'removed':
        return this.#remove(this.#channel(plan.channel));
      case 'joined':
        return world.directory.join(sessionOf(this.#user(plan.user)), this.#channel(plan.channel));
      case 'left':
        return world.directory.leave(sessionOf(this.#user(plan.user)), this.#channel(plan.channel));
    }
  }

  #addChannel(parent: number): void {
    const ids = this.channelIds();
    // Most hang below the last one, or trees would be flat.
    const above = parent % 3 === 0 ? ids[parent % (ids.length || 1)] : ids.at(-1);
    const isDeep = above === undefined || this.#depth(above) >= MAX_DEPTH;
    this.world.directory.add(`channel ${(this.#added += 1)}`, isDeep ? null : above);
  }

  #move(id: string, parent: number | null): void {
    const to = parent === null ? null : this.#channel(parent);
    const path = to === null ? [] : this.#path(to);
    if (!path.includes(id)) this.world.directory.move(id, to);
  }

  /** Not the last one. */
  #remove(id: string): void {
    const isLast = this.channelIds().every((each) => this.#path(each).includes(id));
    if (!isLast) this.world.directory.remove(id);
  }

  #path(id: string): readonly string[] {
    const parentId = this.world.directory.channel(id)?.parentId ?? null;
    return parentId === null ? [id] : [id, ...this.#path(parentId)];
  }

  #depth(id: string): number {
    return this.#path(id).length;
  }

  #putRole(
    id: string,
    { rank, names, administers }: RolePlan,
    implicit: ImplicitRole | null,
  ): void {
    // Those that nobody is given may have it, but seldom everybody.
    const isSafe = administers && (implicit === null || implicit === 'inChannel');
    const permissions = isSafe ? [...names, 'ADMINISTER'] : names;
    this.world.role({ id, rank, permissions, implicit });
  }

  #putOverride({ channel, about, allow, deny, reach }: OverridePlan): void {
    const user = about % 4 === 0;
    const id = user ? this.#user(about).userId : this.#role(about)?.id;
    if (id === undefined) return;
    const place = { here: reach !== 'below', below: reach !== 'here' };
    const draft = { allow, deny, ...place, ...(user ? { user } : {}) } as const;
    this.world.override(this.#channel(channel), id, draft);
  }

  #addUser(userId: string, plan: OrganizationPlan['users'][number]): void {
    const { guest, administrator, claims } = plan;
    const roles = claims.map((at) => `ROLE ${at}`);
    const identity = person(userId, { guest, administrator, roles });
    this.users.push({ identity, rights: this.world.enter(identity) });
    for (const at of plan.roles) {
      if (this.world.roles.role(`role ${at}`)) this.world.assign(`role ${at}`, userId);
    }
    for (const channel of plan.joined) {
      this.world.directory.join(sessionOf(identity), this.#channel(channel));
    }
  }

  #channel(at: number): string {
    const ids = this.channelIds();
    return ids[at % ids.length] ?? '';
  }

  #role(at: number) {
    const roles = [...this.world.roles.roles()];
    return roles[at % (roles.length || 1)];
  }

  #user(at: number): Identity {
    const user = this.users[at % this.users.length];
    if (!user) throw new Error('there is nobody');
    return user.identity;
  }
}
