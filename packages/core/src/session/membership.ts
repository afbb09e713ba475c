import type { MembershipView, PriorityClass } from '@sidetone/protocol';
import type { RosterMembership } from '../audio/roster.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** One session in one channel. */
export type Membership = Mutable<RosterMembership>;

export function createMembership(
  joinOrder: number,
  listening: boolean,
  maxPriority: PriorityClass,
): Membership {
  return {
    joinOrder,
    listening,
    maxPriority,
    selected: false,
    muted: false,
    deafened: false,
    mutedByModerator: false,
    deafenedByModerator: false,
  };
}

/** What others see of it. */
export function membershipView(membership: Membership): MembershipView {
  const { listening, muted, deafened, mutedByModerator, deafenedByModerator } = membership;
  return { listening, muted, deafened, mutedByModerator, deafenedByModerator };
}

/** What the member itself sees of it. */
export function ownMembershipView(membership: Membership): MembershipView {
  const { selected, maxPriority } = membership;
  return { ...membershipView(membership), selected, maxPriority };
}
