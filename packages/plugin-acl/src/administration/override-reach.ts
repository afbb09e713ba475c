import type { Directory, OverrideRecord } from '@sidetone/core';
import type { OrganizationRoles } from '../policy/organization-roles.js';

/** Where an override holds. */
export type Reach = (
  override: Pick<OverrideRecord, 'channelId' | 'here' | 'below'>,
) => Iterable<string>;

/**
 * The channels of an override as the tree is now, its own first; sealed ones below it, and what is
 * below these, take nothing from it.
 */
export function overrideReach(
  roles: OrganizationRoles,
  directory: Pick<Directory, 'channels'>,
): Reach {
  let children: ReadonlyMap<string, readonly string[]> | null = null;
  const sealed = roles.index.sealedChannels();
  function* below(channelId: string): Iterable<string> {
    children ??= childrenOf(directory.channels(roles.organizationId));
    for (const child of children.get(channelId) ?? []) {
      if (sealed.has(child)) continue;
      yield child;
      yield* below(child);
    }
  }
  return function* (override) {
    if (override.here) yield override.channelId;
    if (override.below) yield* below(override.channelId);
  };
}

function childrenOf(
  channels: ReturnType<Directory['channels']>,
): ReadonlyMap<string, readonly string[]> {
  const children = new Map<string, string[]>();
  for (const { id, parentId } of channels) {
    if (parentId === null) continue;
    const siblings = children.get(parentId);
    if (siblings) siblings.push(id);
    else children.set(parentId, [id]);
  }
  return children;
}
