import {
  foldName,
  type ChannelRecord,
  type MemberRecord,
  type OrganizationRecord,
} from '@sidetone/core';
import { jsonOf, numberOf, numberOrNull, textOf, textOrNull } from './row.js';
import type { VersionedTable } from './versioned-table.js';

export const organizationTable: VersionedTable<OrganizationRecord> = {
  name: 'sidetone_organization',
  noun: 'organization',
  ids: ({ id }) => [id],
  key: ({ id }) => ({ id }),
  content: (record) => ({
    name: record.name,
    name_key: foldName(record.name),
    admission: record.admission,
    participant_limit: record.participantLimit,
    channel_limit: record.channelLimit,
  }),
  record: (row) => ({
    id: textOf(row, 'id'),
    name: textOf(row, 'name'),
    admission: textOf(row, 'admission') as OrganizationRecord['admission'],
    participantLimit: numberOrNull(row, 'participant_limit'),
    channelLimit: numberOrNull(row, 'channel_limit'),
    version: numberOf(row, 'version'),
  }),
};

export const memberTable: VersionedTable<MemberRecord> = {
  name: 'sidetone_member',
  noun: 'member',
  ids: ({ organizationId, userId }) => [organizationId, userId],
  key: ({ organizationId, userId }) => ({ organization_id: organizationId, user_id: userId }),
  content: ({ displayName, joinedAt }) => ({ display_name: displayName, joined_at: joinedAt }),
  record: (row) => ({
    organizationId: textOf(row, 'organization_id'),
    userId: textOf(row, 'user_id'),
    displayName: textOrNull(row, 'display_name'),
    joinedAt: numberOf(row, 'joined_at'),
    version: numberOf(row, 'version'),
  }),
};

export const channelTable: VersionedTable<ChannelRecord> = {
  name: 'sidetone_channel',
  noun: 'channel',
  ids: ({ id, organizationId, parentId }) => [
    id,
    organizationId,
    ...(parentId === null ? [] : [parentId]),
  ],
  key: ({ id, organizationId }) => ({ organization_id: organizationId, id }),
  content: (record) => ({
    parent_id: record.parentId,
    name: record.name,
    topic: record.topic,
    position: record.position,
    participant_limit: record.participantLimit,
    password_hash: record.passwordHash,
    net: JSON.stringify(record.net),
  }),
  record: (row) => ({
    id: textOf(row, 'id'),
    organizationId: textOf(row, 'organization_id'),
    parentId: textOrNull(row, 'parent_id'),
    name: textOf(row, 'name'),
    topic: textOf(row, 'topic'),
    position: numberOf(row, 'position'),
    participantLimit: numberOrNull(row, 'participant_limit'),
    passwordHash: textOrNull(row, 'password_hash'),
    net: jsonOf<ChannelRecord['net']>(row, 'net'),
    version: numberOf(row, 'version'),
  }),
};
