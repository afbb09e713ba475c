import type { AnswerRecord, AuditEntry, ResumableSession } from '@sidetone/core';
import { describeAuditLog } from '../../src/contract/audit-log.js';
import { describeIdempotencyStore } from '../../src/contract/idempotency-store.js';
import { describeResumeTokenStore } from '../../src/contract/resume-token-store.js';
import { defect, withStore } from './broken-stores.js';
import { commonDefects, portableDefects } from './common-defects.js';
import { itCatches } from './it-catches.js';

describe('the IdempotencyStore suite', () => {
  itCatches({
    ...commonDefects(describeIdempotencyStore, 'idempotency'),
    'keeps the first answer, and the object itself': defect(
      describeIdempotencyStore,
      withStore('idempotency', () => {
        const records = new Map<string, AnswerRecord>();
        const nameOf = (sessionId: string, key: string): string => `${sessionId} ${key}`;
        return {
          get: async (sessionId, key) => records.get(nameOf(sessionId, key)) ?? null,
          async put(record) {
            const name = nameOf(record.sessionId, record.key);
            records.set(name, records.get(name) ?? record);
          },
        };
      }),
      'replaces what is under the key',
      'deletes what has expired, and nothing else',
      'does not change with the objects that went in and came out',
    ),
    'takes a key for the same in every session': defect(
      describeIdempotencyStore,
      withStore('idempotency', (real) => ({
        get: (_sessionId, key) => real.get('', key),
        put: (record) => real.put({ ...record, sessionId: '' }),
      })),
      'gives back what was put under a key of a session',
    ),
    'deletes everything': defect(
      describeIdempotencyStore,
      withStore('idempotency', (real) => ({ deleteExpired: () => real.deleteExpired(Infinity) })),
      'deletes what has expired, and nothing else',
    ),
  });
});

describe('the ResumeTokenStore suite', () => {
  itCatches({
    ...commonDefects(describeResumeTokenStore, 'resumeTokens'),
    'adds tokens and takes none away, and keeps the object': defect(
      describeResumeTokenStore,
      withStore('resumeTokens', () => {
        const sessions = new Map<string, ResumableSession>();
        return {
          async put(session) {
            for (const hash of session.tokenHashes) sessions.set(hash, session);
          },
          findByToken: async (hash) => sessions.get(hash) ?? null,
        };
      }),
      'replaces a session, whose former tokens find nothing then',
      'deletes a session with its tokens',
      'deletes what has expired, and nothing else',
      'does not change with the objects that went in and came out',
    ),
    'knows the first token alone': defect(
      describeResumeTokenStore,
      withStore('resumeTokens', (real) => ({
        async findByToken(hash) {
          const found = await real.findByToken(hash);
          return found?.tokenHashes[0] === hash ? found : null;
        },
      })),
      'finds a session by each of its tokens, every field of it',
    ),
    'lets everybody go with one': defect(
      describeResumeTokenStore,
      withStore('resumeTokens', (real) => ({
        deleteOfUser: () => real.deleteExpired(Number.MAX_SAFE_INTEGER),
      })),
      'deletes all sessions of a user, and of nobody else',
    ),
    'lets nobody go': defect(
      describeResumeTokenStore,
      withStore('resumeTokens', () => ({
        delete: async () => {},
        deleteOfUser: async () => {},
        deleteExpired: async () => {},
      })),
      'deletes a session with its tokens',
      'deletes all sessions of a user, and of nobody else',
      'deletes what has expired, and nothing else',
    ),
  });
});

describe('the AuditLog suite', () => {
  itCatches({
    ...commonDefects(describeAuditLog, 'auditLog'),
    ...portableDefects(describeAuditLog, 'auditLog', 'auditEntry', 'append'),
    'keeps the objects': defect(
      describeAuditLog,
      withStore('auditLog', () => plainLog((entries) => entries.toReversed())),
      'does not change with an entry that was appended',
    ),
    'lists oldest first, of everybody, without limit, a stray one at the start': defect(
      describeAuditLog,
      withStore('auditLog', () => {
        const log = plainLog((entries) => entries);
        log.append({
          at: 0,
          organizationId: '',
          actor: { kind: 'program', name: 'stray' },
          action: 'stray',
          details: {},
          outcome: 'committed',
        });
        return log;
      }),
      'is empty at first',
      'lists newest first, every field of it',
      'lists at most as many as asked for',
      'keeps organizations apart',
    ),
    'sorts by the time alone': defect(
      describeAuditLog,
      withStore('auditLog', () => plainLog((entries) => entries.toSorted((a, b) => b.at - a.at))),
      'lists in the order of appending what happened in one millisecond',
    ),
    'throws at what it cannot keep': defect(
      describeAuditLog,
      withStore('auditLog', (real) => ({ append: (entry) => real.append(structuredClone(entry)) })),
      'does not throw at what it cannot keep, and goes on',
    ),
    'takes one entry for the same as another like it': defect(
      describeAuditLog,
      withStore('auditLog', (real) => ({
        async *export() {
          const seen = new Set<string>();
          for await (const line of real.export()) {
            const { id, ...rest } = line.record;
            const text = JSON.stringify(rest);
            if (!seen.has(text)) yield { ...line, record: { ...rest, id } };
            seen.add(text);
          }
        },
        async import(lines) {
          for await (const line of lines) real.append(line.record as unknown as AuditEntry);
        },
      })),
      'tells two entries apart that are alike, also in an import',
    ),
  });
});

function plainLog(inOrder: (entries: readonly AuditEntry[]) => readonly AuditEntry[]): {
  append(entry: AuditEntry): void;
  list(): Promise<readonly AuditEntry[]>;
} {
  const entries: AuditEntry[] = [];
  return {
    append: (entry) => void entries.push(entry),
    list: async () => inOrder(entries),
  };
}
