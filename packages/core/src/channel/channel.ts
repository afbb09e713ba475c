import type { ChannelView, NetPolicy } from '@sidetone/protocol';
import type { Membership } from '../session/membership.js';

/** A node of an organization's tree. The tree alone changes its place. */
export interface Channel {
  readonly id: string;
  readonly organizationId: string;
  readonly temporary: boolean;
  parentId: string | null;
  name: string;
  topic: string;
  position: number;
  participantLimit: number | null;
  /** Never leaves the server. */
  passwordHash: string | null;
  net: NetPolicy;
  /** Of its record in the store; 0 for a temporary one, which has none. */
  version: number;
  /** By session id. */
  readonly members: Map<string, Membership>;
}

/** `parent`: under which it is shown; by default where it hangs. */
export function channelView(
  channel: Channel,
  parent: string | null = channel.parentId,
): ChannelView {
  return {
    id: channel.id,
    parent,
    name: channel.name,
    topic: channel.topic,
    position: channel.position,
    participantLimit: channel.participantLimit,
    temporary: channel.temporary,
    passwordProtected: channel.passwordHash !== null,
    net: channel.net,
  };
}
