import { randomUUID } from 'node:crypto';
import { Name, WireError } from '@sidetone/protocol';
import { Type, type TProperties, type TSchema } from 'typebox';
import type { OrganizationRecord } from '../contracts/organization-store.js';
import type { World } from '../domain/world.js';
import type { Organization } from '../organization/organization.js';
import { createAudited } from './audited.js';
import { requireShape } from './require-shape.js';

export interface OrganizationDraft {
  /** Unique, whatever the case. 1 to 80 characters. */
  readonly name: string;
  /** Who may sign in. Default `members`. */
  readonly admission?: OrganizationRecord['admission'];
  /** Sessions at a time; `null`, the default: as many as the server takes. */
  readonly participantLimit?: number | null;
  /** Channels, temporary ones included; `null`, the default: as many as the server takes. */
  readonly channelLimit?: number | null;
}

export type OrganizationChanges = Partial<Required<OrganizationDraft>>;

/**
 * Tenants of the server. Changes reject with `WireError`: NOT_FOUND, ALREADY_EXISTS,
 * INVALID_PARAMS, VERSION_CONFLICT, UNAVAILABLE.
 */
export interface OrganizationsApi {
  /** By name. */
  list(): readonly OrganizationRecord[];
  /** By id or name. */
  get(idOrName: string): OrganizationRecord | undefined;
  /** Empty: without channels, members and roles. */
  create(draft: OrganizationDraft): Promise<OrganizationRecord>;
  /**
   * A limit holds for who comes later. With `admission: 'members'` everybody else is signed out.
   * The server's own keeps that role under another name.
   */
  update(organizationId: string, changes: OrganizationChanges): Promise<OrganizationRecord>;
  /** With all that is in it; its sessions end. The server's own cannot be deleted. */
  delete(organizationId: string): Promise<void>;
  /** The same under another name in the audit log. */
  as(actorName: string): OrganizationsApi;
}

const limit: TSchema = Type.Optional(
  Type.Union([Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), Type.Null()]),
);
const shape: TProperties = {
  name: Type.Optional(Name),
  admission: Type.Optional(Type.Union([Type.Literal('open'), Type.Literal('members')])),
  participantLimit: limit,
  channelLimit: limit,
};

export function createOrganizationsApi(world: World, actorName = 'program'): OrganizationsApi {
  const { registry, organizations, dependencies } = world;
  const audited = createAudited(dependencies, actorName);
  const required = (organizationId: string): Organization => {
    const organization = registry.find(organizationId);
    if (organization?.id === organizationId) return organization;
    throw new WireError('NOT_FOUND', `there is no organization "${organizationId}"`);
  };
  return {
    list: () =>
      [...registry.all()]
        .map(({ record }) => ({ ...record }))
        .sort((a, b) => a.name.localeCompare(b.name)),
    get: (idOrName) => {
      const record = registry.find(idOrName)?.record;
      return record && { ...record };
    },
    create: (draft) => {
      const id = randomUUID();
      const action = { organizationId: id, name: 'organization.create', details: { ...draft } };
      return audited(action, async () => {
        requireShape({ ...shape, name: Name }, draft);
        const defaults = {
          admission: 'members',
          participantLimit: null,
          channelLimit: null,
        } as const;
        const record = { id, ...defaults, name: draft.name, ...pick(draft), version: 0 };
        return { ...(await organizations.create(record)).record };
      });
    },
    update: (organizationId, changes) => {
      const action = { organizationId, name: 'organization.update', details: { ...changes } };
      return audited(action, async () => {
        requireShape(shape, changes);
        const organization = required(organizationId);
        await organizations.update(organization, pick(changes));
        return { ...organization.record };
      });
    },
    delete: (organizationId) =>
      audited({ organizationId, name: 'organization.delete', details: {} }, async () => {
        const organization = required(organizationId);
        if (organization === registry.own) {
          throw new WireError(
            'INVALID_PARAMS',
            'the server cannot be without its own organization',
          );
        }
        await organizations.delete(organization);
      }),
    as: (name) => createOrganizationsApi(world, name),
  };
}

/** What a caller may change, and nothing else of what it gave. */
function pick(changes: OrganizationChanges): Partial<OrganizationRecord> {
  const { name, admission, participantLimit, channelLimit } = changes;
  return {
    ...(name === undefined ? {} : { name }),
    ...(admission === undefined ? {} : { admission }),
    ...(participantLimit === undefined ? {} : { participantLimit }),
    ...(channelLimit === undefined ? {} : { channelLimit }),
  };
}
