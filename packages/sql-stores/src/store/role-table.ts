import {
  foldName,
  type ImplicitRole,
  type OverrideRecord,
  type OverrideSubject,
  type RoleRecord,
} from '@sidetone/core';
import { booleanOf, jsonOf, numberOf, textOf, textOrNull, type Row } from './row.js';
import type { VersionedTable } from './versioned-table.js';

export const roleTable: VersionedTable<RoleRecord> = {
  name: 'sidetone_role',
  noun: 'role',
  ids: ({ id, organizationId }) => [id, organizationId],
  key: ({ id, organizationId }) => ({ organization_id: organizationId, id }),
  content: (record) => ({
    name: record.name,
    name_key: foldName(record.name),
    rank: record.rank,
    permissions: JSON.stringify(record.permissions),
    implicit: record.implicit,
    net_plan: JSON.stringify(record.netPlan),
  }),
  record: (row) => ({
    id: textOf(row, 'id'),
    organizationId: textOf(row, 'organization_id'),
    name: textOf(row, 'name'),
    rank: numberOf(row, 'rank'),
    permissions: jsonOf<string[]>(row, 'permissions'),
    implicit: textOrNull(row, 'implicit') as ImplicitRole | null,
    netPlan: jsonOf<RoleRecord['netPlan']>(row, 'net_plan'),
    version: numberOf(row, 'version'),
  }),
};

export const overrideTable: VersionedTable<OverrideRecord> = {
  name: 'sidetone_override',
  noun: 'override',
  ids: ({ organizationId, channelId, subject }) => [organizationId, channelId, subject.id],
  key: ({ organizationId, channelId, subject }) => overrideKey(organizationId, channelId, subject),
  content: ({ subject, allow, deny, here, below }) => ({
    role_id: subject.kind === 'role' ? subject.id : null,
    user_id: subject.kind === 'user' ? subject.id : null,
    allow: JSON.stringify(allow),
    deny: JSON.stringify(deny),
    here,
    below,
  }),
  record: (row) => ({
    organizationId: textOf(row, 'organization_id'),
    channelId: textOf(row, 'channel_id'),
    subject: {
      kind: textOf(row, 'subject_kind') as OverrideSubject['kind'],
      id: textOf(row, 'subject_id'),
    },
    allow: jsonOf<string[]>(row, 'allow'),
    deny: jsonOf<string[]>(row, 'deny'),
    here: booleanOf(row, 'here'),
    below: booleanOf(row, 'below'),
    version: numberOf(row, 'version'),
  }),
};

export function overrideKey(
  organizationId: string,
  channelId: string,
  subject: OverrideSubject,
): Row {
  return {
    organization_id: organizationId,
    channel_id: channelId,
    subject_kind: subject.kind,
    subject_id: subject.id,
  };
}
