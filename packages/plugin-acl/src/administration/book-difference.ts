import { isDeepStrictEqual } from 'node:util';
import type { OverrideRecord, RoleAssignment, RoleBook } from '@sidetone/core';
import type { BookChange } from '../policy/book-change.js';

/** What makes `after` of `before`: what goes first, then what comes. */
export function bookDifference(before: RoleBook, after: RoleBook): readonly BookChange[] {
  return [...whatGoes(before, after), ...whatComes(before, after)];
}

function whatGoes(before: RoleBook, after: RoleBook): readonly BookChange[] {
  const roles = new Set(after.roles.map(({ id }) => id));
  const assignments = new Set(after.assignments.map(assignmentKey));
  const overrides = new Set(after.overrides.map(overrideKey));
  const sealed = new Set(after.sealedChannels);
  return [
    ...before.roles
      .filter(({ id }) => !roles.has(id))
      .map(({ id: roleId }) => ({ kind: 'roleRemoved', roleId }) as const),
    ...before.assignments
      .filter((each) => roles.has(each.roleId) && !assignments.has(assignmentKey(each)))
      .map(({ roleId, userId }) => ({ kind: 'unassigned', roleId, userId }) as const),
    ...before.overrides
      .filter((each) => !overrides.has(overrideKey(each)))
      .filter(({ subject: { kind, id } }) => kind === 'user' || roles.has(id))
      .map(({ channelId, subject }) => ({ kind: 'overrideRemoved', channelId, subject }) as const),
    ...before.sealedChannels
      .filter((channelId) => !sealed.has(channelId))
      .map((channelId) => ({ kind: 'sealed', channelId, sealed: false }) as const),
  ];
}

function whatComes(before: RoleBook, after: RoleBook): readonly BookChange[] {
  const roles = new Map(before.roles.map((role) => [role.id, role]));
  const assignments = new Set(before.assignments.map(assignmentKey));
  const overrides = new Map(before.overrides.map((each) => [overrideKey(each), each]));
  const sealed = new Set(before.sealedChannels);
  return [
    ...after.roles
      .filter((role) => !isDeepStrictEqual(plain(role), plain(roles.get(role.id))))
      .map((role) => ({ kind: 'roleChanged', role }) as const),
    ...after.assignments
      .filter((each) => !assignments.has(assignmentKey(each)))
      .map(({ roleId, userId }) => ({ kind: 'assigned', roleId, userId }) as const),
    ...after.overrides
      .filter((each) => !isDeepStrictEqual(plain(each), plain(overrides.get(overrideKey(each)))))
      .map((override) => ({ kind: 'overrideChanged', override }) as const),
    ...after.sealedChannels
      .filter((channelId) => !sealed.has(channelId))
      .map((channelId) => ({ kind: 'sealed', channelId, sealed: true }) as const),
  ];
}

function assignmentKey({ roleId, userId }: RoleAssignment): string {
  return `${roleId} ${userId}`;
}

function overrideKey({ channelId, subject }: OverrideRecord): string {
  return `${channelId} ${subject.kind} ${subject.id}`;
}

/** What a store gives may be of a class or without prototype. */
function plain<T>(record: T): T {
  return structuredClone(record);
}
