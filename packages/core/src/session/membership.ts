import type { MembershipView, PriorityClass } from '@sidetone/protocol';
import type { RosterMembership } from '../audio/roster.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** One session in one channel. */
export interface Membership extends Mutable<RosterMembership> {
  /** Moved there by somebody without having JOIN itself: it does not lose what it never had. */
  brought: boolean;
}

/** What the member and its moderators have chosen, as opposed to what follows from rights. */
export type MembershipFlags = Omit<Membership, 'joinOrder' | 'maxPriority'>;

/** Listens and is not muted, unless the flags say otherwise. */
export function createMembership(
  joinOrder: number,
  maxPriority: PriorityClass,
  flags: Partial<MembershipFlags>,
): Membership {
  return {
    joinOrder,
    maxPriority,
    listening: flags.listening ?? true,
    selected: flags.selected ?? false,
    muted: flags.muted ?? false,
    deafened: flags.deafened ?? false,
    mutedByModerator: flags.mutedByModerator ?? false,
    deafenedByModerator: flags.deafenedByModerator ?? false,
    brought: flags.brought ?? false,
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
