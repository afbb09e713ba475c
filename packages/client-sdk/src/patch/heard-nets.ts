import type { RouteView } from '@sidetone/protocol';
import type { OrganizationState } from '../state/organization-state.js';

/** The nets that a session has joined, with those that patches join to them. */
export interface HeardNets {
  /** Ids. */
  readonly channels: ReadonlySet<string>;
  /** There are more, which it may not see. */
  readonly hidden: boolean;
}

export function heardNets(state: OrganizationState, session: string): HeardNets {
  const joined = [...state.channels].filter(([, { members }]) => members.has(session));
  const channels = new Set(joined.map(([id]) => id));
  let hidden = false;
  for (const { view } of state.patches.values()) {
    if (!view.channels.some((id) => state.channels.get(id)?.members.has(session))) continue;
    for (const id of view.channels) channels.add(id);
    hidden ||= view.hiddenChannels > 0;
  }
  return { channels, hidden };
}

/** Whether the session can have keys of the route by what it hears; whispers and shouts are not nets. */
export function isHeard({ kind, channel }: RouteView, { channels, hidden }: HeardNets): boolean {
  if (kind !== 'channel') return true;
  return channel === undefined ? hidden : channels.has(channel);
}

/**
 * The session's own net that a frame of this route is heard on: the one it came by, or one that a
 * patch joins with that, the selected one first. `undefined` for whispers and shouts.
 */
export function ownNetOf(
  { kind, channel }: Pick<RouteView, 'kind' | 'channel'>,
  state: OrganizationState,
  session: string,
): string | undefined {
  const membership = (id: string): { readonly selected?: boolean } | undefined =>
    state.channels.get(id)?.members.get(session)?.view;
  if (kind !== 'channel') return undefined;
  if (channel !== undefined && membership(channel) !== undefined) return channel;
  const own = Array.from(state.patches.values(), ({ view }) => view)
    .filter(({ channels, hiddenChannels }) =>
      channel === undefined ? hiddenChannels > 0 : channels.includes(channel),
    )
    .flatMap(({ channels }) => channels)
    .filter((id) => membership(id) !== undefined);
  return own.find((id) => membership(id)?.selected === true) ?? own[0];
}

/** For every net that a patch joins to those of the session: where it is heard. See `HeardTable`. */
export function patchedNetsOf(
  state: OrganizationState,
  session: string,
): ReadonlyMap<string | null, string> {
  const nets = new Map<string | null, string>();
  const add = (channel: string | null): void => {
    const route = { kind: 'channel' as const, ...(channel === null ? {} : { channel }) };
    const own = nets.has(channel) ? undefined : ownNetOf(route, state, session);
    if (own !== undefined && own !== channel) nets.set(channel, own);
  };
  for (const { view } of state.patches.values()) {
    for (const channel of view.channels) add(channel);
    if (view.hiddenChannels > 0) add(null);
  }
  return nets;
}
