import {
  foldName,
  type AccountRecord,
  type CredentialRecord,
  type SettingsRecord,
} from '@sidetone/core';
import { booleanOf, numberOf, textOf } from './row.js';
import type { VersionedTable } from './versioned-table.js';

export const accountTable: VersionedTable<AccountRecord> = {
  name: 'sidetone_account',
  noun: 'account',
  ids: ({ id }) => [id],
  key: ({ id }) => ({ id }),
  content: (record) => ({
    name: record.name,
    name_key: foldName(record.name),
    display_name: record.displayName,
    disabled: record.disabled,
    administrator: record.administrator,
    created_at: record.createdAt,
  }),
  record: (row) => ({
    id: textOf(row, 'id'),
    name: textOf(row, 'name'),
    displayName: textOf(row, 'display_name'),
    disabled: booleanOf(row, 'disabled'),
    administrator: booleanOf(row, 'administrator'),
    createdAt: numberOf(row, 'created_at'),
    version: numberOf(row, 'version'),
  }),
};

export const credentialTable: VersionedTable<CredentialRecord> = {
  name: 'sidetone_credential',
  noun: 'credential',
  ids: ({ userId }) => [userId],
  key: ({ userId, kind }) => ({ user_id: userId, kind }),
  content: (record) => ({
    hash: record.hash,
    must_change: record.mustChange,
    changed_at: record.changedAt,
  }),
  record: (row) => ({
    userId: textOf(row, 'user_id'),
    kind: textOf(row, 'kind'),
    hash: textOf(row, 'hash'),
    mustChange: booleanOf(row, 'must_change'),
    changedAt: numberOf(row, 'changed_at'),
    version: numberOf(row, 'version'),
  }),
};

export const settingsTable: VersionedTable<SettingsRecord> = {
  name: 'sidetone_settings',
  noun: 'settings',
  ids: ({ userId }) => [userId],
  key: ({ userId }) => ({ user_id: userId }),
  content: ({ document }) => ({ document }),
  record: (row) => ({
    userId: textOf(row, 'user_id'),
    document: textOf(row, 'document'),
    version: numberOf(row, 'version'),
  }),
};
