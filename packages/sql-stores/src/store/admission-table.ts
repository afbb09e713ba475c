import type { BanRecord, BanSubject, InviteRecord } from '@sidetone/core';
import type { FixedTable } from './fixed-row.js';
import { jsonOf, numberOf, numberOrNull, textOf, textOrNull, type Row } from './row.js';

export const banTable: FixedTable<BanRecord> = {
  name: 'sidetone_ban',
  noun: 'ban',
  key: ({ organizationId, id }) => ({ organization_id: organizationId, id }),
  row: (record) => ({
    organization_id: record.organizationId,
    id: record.id,
    user_id: record.subject.kind === 'user' ? record.subject.userId : null,
    network: record.subject.kind === 'network' ? record.subject.network : null,
    reason: record.reason,
    created_by: record.createdBy,
    created_at: record.createdAt,
    expires_at: record.expiresAt,
  }),
  record: (row) => ({
    id: textOf(row, 'id'),
    organizationId: textOf(row, 'organization_id'),
    subject: subjectOf(row),
    reason: textOf(row, 'reason'),
    createdBy: textOf(row, 'created_by'),
    createdAt: numberOf(row, 'created_at'),
    expiresAt: numberOrNull(row, 'expires_at'),
  }),
};

function subjectOf(row: Row): BanSubject {
  const userId = textOrNull(row, 'user_id');
  return userId === null
    ? { kind: 'network', network: textOf(row, 'network') }
    : { kind: 'user', userId };
}

export const inviteTable: FixedTable<InviteRecord> = {
  name: 'sidetone_invite',
  noun: 'invite',
  key: ({ organizationId, id }) => ({ organization_id: organizationId, id }),
  row: (record) => ({
    organization_id: record.organizationId,
    id: record.id,
    code_hash: record.codeHash,
    created_by: record.createdBy,
    created_at: record.createdAt,
    expires_at: record.expiresAt,
    max_uses: record.maxUses,
    role_ids: JSON.stringify(record.roleIds),
  }),
  record: (row) => ({
    id: textOf(row, 'id'),
    organizationId: textOf(row, 'organization_id'),
    codeHash: textOf(row, 'code_hash'),
    createdBy: textOf(row, 'created_by'),
    createdAt: numberOf(row, 'created_at'),
    expiresAt: numberOrNull(row, 'expires_at'),
    maxUses: numberOrNull(row, 'max_uses'),
    roleIds: jsonOf<string[]>(row, 'role_ids'),
  }),
};
