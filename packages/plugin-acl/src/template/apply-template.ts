import { foldName, type ChannelsApi, type RoleRecord } from '@sidetone/core';
import { WireError } from '@sidetone/protocol';
import type { OrganizationRoleApi } from '../administration/roles.js';
import { basic } from './basic.js';
import { operation } from './operation.js';
import type { Template, TemplateChannel, TemplateOverride, TemplateRole } from './template.js';

export type TemplateName = 'basic' | 'operation';
export const templates: Readonly<Record<TemplateName, Template>> = Object.freeze({
  basic,
  operation,
});

/** As `server.organization(name).channels` has it. */
export type TreeOfChannels = Pick<ChannelsApi, 'list' | 'create' | 'move'>;

/** What was made, by name; all empty where everything was there. */
export interface AppliedTemplate {
  readonly roles: readonly string[];
  readonly channels: readonly string[];
  /** Channels of these names that were at the top, and hang where the template has them now. */
  readonly moved: readonly string[];
  /** Number of overrides. */
  readonly overrides: number;
  /** Roles that were given nets. */
  readonly netPlans: readonly string[];
}

/** Makes what is missing. What is there under the same name stays as people have made it. */
export async function applyTemplate(
  api: OrganizationRoleApi,
  name: TemplateName,
  tree?: TreeOfChannels,
): Promise<AppliedTemplate> {
  const template = templateNamed(name);
  const { roles, created } = await makeRoles(api, template.roles);
  const made = await makeChannels(template.channels, tree);
  const overrides = await makeOverrides(api, template.overrides, { roles, channels: made.ids });
  const netPlans: string[] = [];
  for (const { name: roleName, nets } of template.roles) {
    const role = roles.get(roleName);
    if (role === undefined || role.netPlan.length > 0 || nets.length === 0) continue;
    const plan = nets.map(({ channel, ...net }) => ({
      channelId: idOf(made.ids, channel),
      ...net,
    }));
    await api.setNetPlan(role.id, plan);
    netPlans.push(roleName);
  }
  return { roles: created, channels: made.created, moved: made.moved, overrides, netPlans };
}

function templateNamed(name: string): Template {
  if (Object.hasOwn(templates, name)) return templates[name as TemplateName];
  const known = Object.keys(templates).join(', ');
  throw new WireError('NOT_FOUND', `there is no template "${name}"; there are ${known}`);
}

/** By the names of the template. */
async function makeRoles(
  api: OrganizationRoleApi,
  wanted: readonly TemplateRole[],
): Promise<{ readonly roles: Map<string, RoleRecord>; readonly created: readonly string[] }> {
  const present = (await api.list()).roles;
  const roles = new Map<string, RoleRecord>();
  const created: string[] = [];
  for (const { name, rank, implicit, permissions } of wanted) {
    const found =
      present.find((role) => foldName(role.name) === foldName(name)) ??
      present.find((role) => implicit !== null && role.implicit === implicit);
    roles.set(name, found ?? (await api.createRole({ name, rank, implicit, permissions })));
    if (found === undefined) created.push(name);
  }
  return { roles, created };
}

interface MadeChannels {
  /** By the names of the template. */
  readonly ids: ReadonlyMap<string, string>;
  readonly created: readonly string[];
  readonly moved: readonly string[];
}

async function makeChannels(
  wanted: readonly TemplateChannel[],
  tree: TreeOfChannels | undefined,
): Promise<MadeChannels> {
  const ids = new Map<string, string>();
  const created: string[] = [];
  const moved: string[] = [];
  if (wanted.length === 0) return { ids, created, moved };
  if (tree === undefined) {
    throw new WireError('INVALID_PARAMS', 'this template needs the channels of the organization');
  }
  for (const [position, { name, parent: above, topic }] of wanted.entries()) {
    const parent = above === null ? null : idOf(ids, above);
    const named = tree
      .list()
      .filter((each) => !each.temporary && foldName(each.name) === foldName(name));
    const inPlace = named.find((each) => each.parent === parent);
    const atTop = named.find((each) => each.parent === null);
    const found = inPlace ?? atTop ?? (await tree.create({ name, parent, topic }));
    if (inPlace === undefined && atTop !== undefined) {
      await tree.move(atTop.id, { parent, position });
      moved.push(name);
    }
    if (inPlace === undefined && atTop === undefined) created.push(name);
    ids.set(name, found.id);
  }
  return { ids, created, moved };
}

interface Places {
  /** By the names of the template. */
  readonly roles: ReadonlyMap<string, RoleRecord>;
  readonly channels: ReadonlyMap<string, string>;
}

async function makeOverrides(
  api: OrganizationRoleApi,
  wanted: readonly TemplateOverride[],
  { roles, channels }: Places,
): Promise<number> {
  const book = await api.list();
  let made = 0;
  for (const { channel, role, ...rules } of wanted) {
    const channelId = idOf(channels, channel);
    const about = typeof role === 'string' ? [roles.get(role)] : book.roles.filter(isEverybodys);
    for (const { id } of about.filter((each) => each !== undefined)) {
      const isThere = book.overrides.some(
        ({ subject, ...at }) => at.channelId === channelId && subject.id === id,
      );
      if (isThere) continue;
      await api.setOverride({ channelId, subject: { kind: 'role', id }, ...rules });
      made += 1;
    }
  }
  return made;
}

/** Whether people have it wherever they are. */
function isEverybodys({ implicit }: RoleRecord): boolean {
  return implicit !== null && implicit !== 'inChannel';
}

function idOf(ids: ReadonlyMap<string, string>, name: string): string {
  const id = ids.get(name);
  if (id === undefined) throw new Error(`the template has no channel "${name}" before this one`);
  return id;
}
