import type { ChannelRecord } from '@sidetone/core';

/** The channels of one organization in an order in which each comes after its parent. */
export function parentsFirst(channels: readonly ChannelRecord[]): readonly ChannelRecord[] {
  const below = new Map<string | null, ChannelRecord[]>();
  for (const channel of channels) {
    const siblings = below.get(channel.parentId) ?? [];
    siblings.push(channel);
    below.set(channel.parentId, siblings);
  }
  const ordered = [...(below.get(null) ?? [])];
  // The list grows while it is walked through.
  for (const channel of ordered) ordered.push(...(below.get(channel.id) ?? []));
  return ordered;
}
