import type { ImplicitRole, NetPlanEntry, OverrideSubject } from '@sidetone/core';

/** A net as it travels: a {@link NetPlanEntry} with `channel` for `channelId`. */
export interface NetView extends Omit<NetPlanEntry, 'channelId'> {
  readonly channel: string;
}

/** A role as who has it may see it. */
export interface RoleSummary {
  readonly id: string;
  readonly name: string;
  readonly rank: number;
  readonly implicit: ImplicitRole | null;
  /** Whether who asks has it now. */
  readonly held: boolean;
}

/** A role as who manages roles sees it, without nets at channels that are hidden from them. */
export interface RoleView extends RoleSummary {
  readonly permissions: readonly string[];
  readonly netPlan: readonly NetView[];
  /** How many users it was given to. */
  readonly holders: number;
  readonly version: number;
}

export interface OverrideView {
  readonly channel: string;
  readonly subject: OverrideSubject;
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly here: boolean;
  readonly below: boolean;
  readonly version: number;
}

export function netView({ channelId, ...net }: NetPlanEntry): NetView {
  return { channel: channelId, ...net };
}
