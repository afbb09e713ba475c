import type { Logger } from '@sidetone/core';
import { VoiceError } from '@sidetone/protocol';
import type { SqlDatabase } from '@sidetone/sql-stores';
import type { PostgresErrorCode } from './error-codes.js';

/** What the oldest version that is still maintained has, and ours needs. */
const OLDEST = 14;
const SAFETY = ['fsync', 'full_page_writes'] as const;

interface Settings {
  readonly version: string;
  readonly fsync: string;
  readonly full_page_writes: string;
}

/** Looks at the server once, when it is opened. */
export async function inspectServer(database: SqlDatabase, log: Logger): Promise<void> {
  const { rows } = await database.inOrganization(null, (trx) =>
    trx.raw<{ readonly rows: readonly Settings[] }>(
      `select current_setting('server_version') as version,
        current_setting('fsync') as fsync,
        current_setting('full_page_writes') as full_page_writes`,
    ),
  );
  const [settings] = rows;
  if (settings === undefined || Number.parseInt(settings.version, 10) < OLDEST) {
    const code: PostgresErrorCode = 'ERR_POSTGRES_VERSION';
    throw new VoiceError(
      code,
      `PostgreSQL "${settings?.version ?? ''}" is too old: Sidetone works with ${OLDEST} and newer`,
      { details: { version: settings?.version ?? '' } },
    );
  }
  for (const name of SAFETY) {
    if (settings[name] !== 'off') continue;
    log.warn(
      `PostgreSQL runs with ${name} off: when its machine fails, what it has confirmed may be lost or spoilt. Turn ${name} on in postgresql.conf`,
    );
  }
}
