import { Metrics, type Plugin, type SidetoneServer } from '@sidetone/core';
import { acl, groupPush, Roles, type AppliedTemplate } from '@sidetone/plugin-acl';
import { token } from '@sidetone/plugin-token';
import type { NetPolicy } from '@sidetone/protocol';
import { tokenIssue } from './voice-token.js';

/** People with accounts and roles, which another program may set as well. */
export interface RoleSettings {
  readonly tokenSecret: string;
  readonly pushSecret: string;
  readonly managedRoles: readonly string[];
}

/** How a transmission ended, and what the server had forwarded at that moment. */
export interface EndedTransmission {
  readonly session: string;
  readonly reason: string;
  /** By sequence number. */
  readonly frames: number;
  /** Frames times listeners, of everybody, since the start. */
  readonly forwarded: number;
}

export function rolePlugins({
  tokenSecret,
  pushSecret,
  managedRoles,
}: RoleSettings): readonly Plugin[] {
  return [
    acl(),
    token({ ...tokenIssue, keys: { secret: tokenSecret }, rolesClaim: 'roles' }),
    groupPush({ secret: pushSecret, managedRoles }),
  ];
}

/** What the program does with roles and nets, and looks at. */
export function roleCalls(server: SidetoneServer) {
  const ended: EndedTransmission[] = [];
  const forwarded = (): number => server.get(Metrics).snapshot()['voice.forwarded'] ?? 0;
  server.on('transmissionEnded', ({ sessionId: session, reason, frames }) => {
    ended.push({ session, reason, frames, forwarded: forwarded() });
  });
  return {
    applyTemplate(): Promise<AppliedTemplate> {
      const { id, channels } = server.organization();
      return server.get(Roles).organization(id).applyTemplate('operation', channels);
    },
    /** Gives first, so that what both have in common is never lost. */
    async changeRoles(what: {
      readonly user: string;
      readonly give?: readonly string[];
      readonly take?: readonly string[];
    }): Promise<void> {
      const roles = server.get(Roles).organization(server.organization().id);
      const idOf = async (name: string): Promise<string> => (await roles.find(name))?.id ?? name;
      for (const name of what.give ?? []) await roles.assign(await idOf(name), what.user);
      for (const name of what.take ?? []) await roles.unassign(await idOf(name), what.user);
    },
    /** In place of those that it has, which it resolves with. */
    async setPermissions(what: {
      readonly role: string;
      readonly permissions: readonly string[];
    }): Promise<readonly string[]> {
      const roles = server.get(Roles).organization(server.organization().id);
      const before = await roles.find(what.role);
      await roles.updateRole(before?.id ?? '', { permissions: what.permissions });
      return before?.permissions ?? [];
    },
    async setNet(what: {
      readonly channel: string;
      readonly net: Partial<Omit<NetPolicy, 'minTalkPriority'>>;
    }): Promise<void> {
      const { channels } = server.organization();
      await channels.update(channels.find(what.channel)?.id ?? '', { net: what.net });
    },
    channelIds: (): Readonly<Record<string, string>> =>
      Object.fromEntries(
        server
          .organization()
          .channels.list()
          .map(({ name, id }) => [name, id]),
      ),
    endedTransmissions: (): readonly EndedTransmission[] => ended,
  };
}
