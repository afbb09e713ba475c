import {
  orderOfEvaluation,
  type OrderOfEvaluation,
} from '../../src/evaluation/order-of-evaluation.js';

const { compare, holds, isAdministrator, levels } = orderOfEvaluation;

/** The order of evaluation with one thing in it that is wrong. */
export const mutants: Readonly<Record<string, Partial<OrderOfEvaluation>>> = {
  'a higher channel decides over a deeper one': {
    levels: (channelId, tree) => [...levels(channelId, tree)].reverse(),
  },
  'a lower rank decides over a higher one': {
    compare: (one, other) => compare({ ...one, rank: other.rank }, { ...other, rank: one.rank }),
  },
  'ranks are not looked at': {
    compare: (one, other) => compare({ ...one, rank: 0 }, { ...other, rank: 0 }),
  },
  'a seal stops nothing': { startsAnew: () => false },
  'a seal stops everything at every channel': { startsAnew: () => true },
  'here and below are swapped': {
    reaches: (override, place) => override[place === 'here' ? 'below' : 'here'],
  },
  'here holds below as well': { reaches: (override, place) => override[place] || override.here },
  'roles decide over users': {
    compare: (one, other) =>
      one.override.subject.kind === other.override.subject.kind
        ? compare(one, other)
        : -compare(one, other),
  },
  'allow wins among those of one rank': {
    compare: (one, other) =>
      compare({ ...one, effect: other.effect }, { ...other, effect: one.effect }),
  },
  'VIEW is no precondition': { precondition: 'ADMINISTER' },
  'another permission is the precondition': { precondition: 'JOIN' },
  'ADMINISTER of a role counts for nothing': {
    isAdministrator: ({ administrator }) => administrator,
  },
  'server administrators are like others': {
    isAdministrator: (facts, held) => isAdministrator({ ...facts, administrator: false }, held),
  },
  'guests hold what those who have signed in hold, and the other way round': {
    holds: (role, facts, place) => holds(role, { ...facts, guest: !facts.guest }, place),
  },
  'the in-channel role holds everywhere': {
    holds: (role, facts, place) => holds(role, facts, { ...place, joined: true }),
  },
  'roles of the credentials are not held': {
    holds: (role, facts, place) => holds(role, { ...facts, roleNames: new Set() }, place),
  },
  'assigned roles are not held': {
    holds: (role, facts, place) => holds(role, facts, { ...place, assigned: false }),
  },
  'what nobody speaks of is allowed': { initially: 'allow' },
  'nobody acts on an equal': { mayActOn: (rank, otherRank) => rank > otherRank },
  'rank does not matter to who acts on others': { mayActOn: () => true },
};
