import { foldName, type Directory, type OverrideRecord, type RoleRecord } from '@sidetone/core';
import type { SubjectFacts } from './subject-facts.js';

/** The part of `Directory` that decisions rest on. */
export type ChannelTree = Pick<Directory, 'channel'>;

/** What one override allows or denies, with the rank of the role that it is about. */
export interface OverridePart {
  readonly effect: 'allow' | 'deny';
  readonly override: OverrideRecord;
  /** 0 where it is about a user. */
  readonly rank: number;
}

/** Where a role is asked for. */
export interface RolePlace {
  readonly assigned: boolean;
  /** Whether the session has joined the very channel that is asked about. */
  readonly joined: boolean;
}

/** Each rule of the order of evaluation, as docs/guides/permissions.md numbers them. */
export interface OrderOfEvaluation {
  /** 1 */
  isAdministrator(facts: SubjectFacts, held: readonly RoleRecord[]): boolean;
  /** 2 */
  holds(role: RoleRecord, facts: SubjectFacts, place: RolePlace): boolean;
  /** 2: what holds where no role says anything. */
  readonly initially: 'allow' | 'deny';
  /** 3: the channels whose overrides count, in order; a later one decides over an earlier one. */
  levels(channelId: string, tree: ChannelTree): readonly string[];
  /** 3: whether a channel takes back what the overrides above it have done. */
  startsAnew(sealed: boolean): boolean;
  /** 3 */
  reaches(override: OverrideRecord, place: 'here' | 'below'): boolean;
  /** 3: of two at one channel, the later one decides. */
  compare(one: OverridePart, other: OverridePart): number;
  /** 4: without it nothing is allowed at a channel. */
  readonly precondition: string;
  /** 5 */
  mayActOn(rank: number, otherRank: number): boolean;
}

export const orderOfEvaluation: OrderOfEvaluation = {
  isAdministrator: ({ administrator }, held) => administrator || held.some(isAdministering),
  holds: holdsRole,
  initially: 'deny',
  levels: pathFromTop,
  startsAnew: (sealed) => sealed,
  reaches: (override, place) => override[place],
  compare: compareParts,
  precondition: 'VIEW',
  mayActOn: (rank, otherRank) => rank >= otherRank,
};

export function isAdministering({ permissions }: RoleRecord): boolean {
  return permissions.includes('ADMINISTER');
}

function holdsRole(
  { implicit, name }: RoleRecord,
  { guest, roleNames }: SubjectFacts,
  { assigned, joined }: RolePlace,
): boolean {
  switch (implicit) {
    case 'everyone':
      return true;
    case 'authenticated':
      return !guest;
    case 'guest':
      return guest;
    case 'inChannel':
      return joined;
    case null:
      return assigned || roleNames.has(foldName(name));
  }
}

function pathFromTop(channelId: string, tree: ChannelTree): readonly string[] {
  const path: string[] = [];
  for (let id: string | null = channelId; id !== null; id = tree.channel(id)?.parentId ?? null) {
    path.unshift(id);
  }
  return path;
}

function compareParts(one: OverridePart, other: OverridePart): number {
  return (
    Number(one.override.subject.kind === 'user') - Number(other.override.subject.kind === 'user') ||
    one.rank - other.rank ||
    Number(one.effect === 'deny') - Number(other.effect === 'deny')
  );
}
