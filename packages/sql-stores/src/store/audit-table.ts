import type { Actor, AuditEntry, PortableAuditEntry } from '@sidetone/core';
import { jsonOf, numberOf, textOf, textOrNull, type Row } from './row.js';

export const AUDIT_ENTRY = 'sidetone_audit_entry';

export function auditRow({ id, ...entry }: PortableAuditEntry): Row {
  return {
    organization_id: entry.organizationId,
    id,
    at: entry.at,
    actor: JSON.stringify(entry.actor),
    action: entry.action,
    details: JSON.stringify(entry.details),
    outcome: entry.outcome,
    code: entry.code ?? null,
  };
}

export function auditEntryOf(row: Row): AuditEntry {
  const code = textOrNull(row, 'code');
  return {
    at: numberOf(row, 'at'),
    organizationId: textOf(row, 'organization_id'),
    actor: jsonOf<Actor>(row, 'actor'),
    action: textOf(row, 'action'),
    details: jsonOf<Record<string, unknown>>(row, 'details'),
    outcome: textOf(row, 'outcome') as AuditEntry['outcome'],
    ...(code === null ? {} : { code }),
  };
}
