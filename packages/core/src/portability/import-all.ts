import { isVoiceError } from '@sidetone/protocol';
import type { PortableStoreName, StoreSet } from '../contracts/store-set.js';
import type { PortableRecord } from '../contracts/stored-record.js';
import { coreError } from '../error/error-codes.js';
import type { PortableKind } from './portable-kinds.js';
import { importError, readExport, type NumberedRecord } from './read-export.js';

const storeOfKind: Readonly<Record<PortableKind, PortableStoreName>> = {
  account: 'accounts',
  credential: 'credentials',
  settings: 'settings',
  organization: 'organizations',
  member: 'members',
  channel: 'channels',
  role: 'roles',
  roleAssignment: 'roles',
  override: 'roles',
  sealedChannel: 'roles',
  ban: 'bans',
  invite: 'invites',
  inviteUse: 'invites',
  auditEntry: 'auditLog',
};

const REFUSED: ReadonlySet<string> = new Set([
  'ERR_STORE_CONFLICT',
  'ERR_STORE_IMPORT',
  'ERR_STORE_REFERENCE',
]);

/**
 * Takes in what `exportAll` gave, in pieces of any size: into empty stores, or into stores that have
 * some of it, which is replaced then. Resolves with the number of records. Rejects with
 * `ERR_STORE_IMPORT`, whose `details.line` says where; what came before may be there then. The same
 * import can be made again.
 */
export async function importAll(
  stores: StoreSet,
  text: AsyncIterable<string | Uint8Array>,
): Promise<number> {
  const cursor = new Cursor(readExport(text));
  await cursor.advance();
  let records = 0;
  while (cursor.current) {
    const before = cursor.current.line;
    await importPart(stores, storeOf(cursor.current), cursor);
    const after = cursor.line + 1;
    if (after === before) throw importError(before, 'the store has not read it');
    records += after - before;
  }
  return records;
}

/** Where the import is in the text. */
class Cursor {
  readonly #records: AsyncGenerator<NumberedRecord, void, undefined>;
  /** The record that comes next; `null` at the end. */
  current: NumberedRecord | null = null;
  /** Of the last record that was given away. */
  line = 1;

  constructor(records: AsyncGenerator<NumberedRecord, void, undefined>) {
    this.#records = records;
  }

  async advance(): Promise<void> {
    const next = await this.#records.next();
    this.current = next.done === true ? null : next.value;
  }
}

/** Gives the store all that follow each other and are for it. */
async function importPart(
  stores: StoreSet,
  store: PortableStoreName,
  cursor: Cursor,
): Promise<void> {
  async function* part(): AsyncIterable<PortableRecord> {
    while (cursor.current && storeOf(cursor.current) === store) {
      const { kind, record, line } = cursor.current;
      cursor.line = line;
      yield { kind, record };
      await cursor.advance();
    }
  }
  try {
    await stores[store].import(part());
  } catch (error) {
    if (!isVoiceError(error) || !REFUSED.has(error.code) || 'line' in error.details) throw error;
    throw importError(cursor.line, error.message, error);
  }
}

function storeOf({ kind, line }: NumberedRecord): PortableStoreName {
  if (Object.hasOwn(storeOfKind, kind)) return storeOfKind[kind as PortableKind];
  const known = Object.keys(storeOfKind).join(', ');
  throw coreError('ERR_STORE_IMPORT', `line ${line}: no store knows "${kind}", only ${known}`, {
    details: { line, kind },
  });
}
