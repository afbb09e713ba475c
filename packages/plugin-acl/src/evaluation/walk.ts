import type { OverrideRecord } from '@sidetone/core';
import type { ChannelTree } from './order-of-evaluation.js';
import { addAll, removeAll, type PermissionSet } from './permission-set.js';
import type { HeldRoles, IndexedPart, IndexedRole, RoleIndex } from './role-index.js';

/** Whose permissions, and where. */
export interface WalkStart {
  readonly index: RoleIndex;
  readonly tree: ChannelTree;
  readonly userId: string;
  readonly held: HeldRoles;
  /** `null`: at the organization. */
  readonly channelId: string | null;
}

/** One thing that has a say. Each changes what those before it have said. */
export type Touch =
  | { readonly kind: 'role'; readonly effect: 'allow'; readonly role: IndexedRole }
  | ({ readonly kind: 'override' } & IndexedPart)
  /** Back to what the roles alone give. */
  | { readonly kind: 'seal'; readonly channelId: string };

/** The order of evaluation, told step by step. Whoever answers or explains listens to this. */
export function walk(start: WalkStart, visit: (touch: Touch) => void): void {
  const { index, tree, held, channelId } = start;
  const { order } = index;
  for (const role of held.values()) visit({ kind: 'role', effect: 'allow', role });
  if (channelId === null) return;
  for (const level of order.levels(channelId, tree)) {
    if (order.startsAnew(index.sealedChannels().has(level))) {
      visit({ kind: 'seal', channelId: level });
    }
    const place = level === channelId ? 'here' : 'below';
    for (const part of index.partsAt(level)) {
      if (!order.reaches(part.override, place) || !isAbout(part.override, start)) continue;
      visit({ kind: 'override', ...part });
    }
  }
}

/** What the walk comes to, for all permissions at once. */
export function compile(start: WalkStart): PermissionSet {
  const { bits, order } = start.index;
  const set = bits.emptySet();
  if (order.initially === 'allow') set.fill(0xffffffff);
  const base = set.slice();
  walk(start, (touch) => {
    switch (touch.kind) {
      case 'role':
        addAll(base, touch.role.set);
        addAll(set, touch.role.set);
        break;
      case 'seal':
        set.set(base);
        break;
      case 'override':
        if (touch.effect === 'allow') addAll(set, touch.set);
        else removeAll(set, touch.set);
    }
  });
  return set;
}

function isAbout({ subject }: OverrideRecord, { userId, held }: WalkStart): boolean {
  return subject.kind === 'user' ? subject.id === userId : held.has(subject.id);
}
