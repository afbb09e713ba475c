import { createValidator, WireError } from '@sidetone/protocol';
import { foldName } from '@sidetone/core';
import type { OrganizationRoles } from '../policy/organization-roles.js';
import { applyTemplate } from '../template/apply-template.js';
import { aclSchemas } from './acl-schemas.js';
import type { AclMethodName } from './acl-methods.js';
import { assignRole, unassignRole } from './assignment-commands.js';
import { programAuthor } from './author.js';
import { setGroups } from './group-commands.js';
import { setNetPlan } from './net-plan-commands.js';
import { removeOverride, setOverride, setSealed } from './override-commands.js';
import { notFound } from './refusal.js';
import { createRole, deleteRole, updateRole } from './role-commands.js';
import type { RoleDesk } from './role-desk.js';
import type { RoleDesks } from './role-desks.js';
import { administratorsOf } from './role-rules.js';
import { netView } from './role-view.js';
import type { OrganizationRoleApi, Roles } from './roles.js';

export function createRoles(desks: RoleDesks): Roles {
  return { organization: (organizationId) => createApi(desks, organizationId, 'program') };
}

function createApi(
  desks: RoleDesks,
  organizationId: string,
  actorName: string,
): OrganizationRoleApi {
  const author = programAuthor(actorName);
  /** Programs in plain JavaScript get the same answer to a wrong shape as clients do. */
  const desk = async (method: AclMethodName, params: object): Promise<RoleDesk> => {
    requireShape(method, params);
    return open();
  };
  const open = (): RoleDesk => {
    const { directory } = desks.parts;
    const present = [...directory().organizations()].includes(organizationId);
    if (!present) throw notFound(`there is no organization "${organizationId}"`);
    return desks.of(organizationId);
  };
  const read = async <T>(work: (roles: OrganizationRoles) => T): Promise<T> => {
    const roles = await desks.parts.books.open(open().organizationId);
    return work(roles);
  };
  const api: OrganizationRoleApi = {
    as: (name) => createApi(desks, organizationId, name),
    list: () => read(sortedBook),
    find: (idOrName) =>
      read((roles) => roles.role(foldName(idOrName)) ?? roles.roleNamed(idOrName) ?? null),
    administrators: () => read((roles) => administratorsOf(roles)),
    createRole: async ({ implicit, ...draft }) => {
      const params = {
        ...draft,
        ...(implicit === undefined || implicit === null ? {} : { implicit }),
      };
      return createRole(await desk('role.create', params), author, params);
    },
    updateRole: async (role, changes) =>
      updateRole(await desk('role.update', { role, ...changes }), author, role, changes),
    deleteRole: async (role) => deleteRole(await desk('role.delete', { role }), author, role),
    assign: async (roleId, userId, options) => {
      const given = await desk('role.assign', { role: roleId, user: userId });
      return assignRole(given, author, { roleId, userId }, options);
    },
    unassign: async (roleId, userId) => {
      const given = await desk('role.unassign', { role: roleId, user: userId });
      return unassignRole(given, author, { roleId, userId });
    },
    setOverride: async (draft) => {
      const { channelId: channel, ...rest } = draft;
      return setOverride(await desk('role.setOverride', { channel, ...rest }), author, draft);
    },
    removeOverride: async (channelId, subject) => {
      const given = await desk('role.removeOverride', { channel: channelId, subject });
      return removeOverride(given, author, { channelId, subject });
    },
    setSealed: async (channelId, sealed) => {
      const given = await desk('role.seal', { channel: channelId, sealed });
      return setSealed(given, author, { channelId, sealed });
    },
    setNetPlan: async (role, nets, options = {}) => {
      const given = await desk('role.setNetPlan', { role, nets: nets.map(netView), ...options });
      return setNetPlan(given, author, role, { nets, ...options });
    },
    setGroups: async (userId, roles, options) =>
      setGroups(open(), author, { userId, roles, ...options }),
    applyTemplate: (name, channels) => applyTemplate(api, name, channels),
  };
  return api;
}

function sortedBook(roles: OrganizationRoles): ReturnType<OrganizationRoles['book']> {
  const book = roles.book();
  const sorted = [...book.roles].sort((a, b) => b.rank - a.rank || a.name.localeCompare(b.name));
  return { ...book, roles: sorted };
}

function requireShape(method: AclMethodName, params: object): void {
  const validation = createValidator(aclSchemas[method].params).validate(params);
  if (validation.ok) return;
  const { path, message } = validation;
  throw new WireError('INVALID_PARAMS', `"${path.slice(1)}" ${message}`, { details: { path } });
}
