import { portableStores, type StoreSet } from '../contracts/store-set.js';
import { END_KIND, EXPORT_FORMAT, EXPORT_VERSION } from './export-format.js';

/**
 * Everything that the stores keep as JSON lines, each with its line feed: a header, the records in
 * an order in which they can be imported, and a last line with their number, so that half an export
 * is not taken for one. Consistent where nobody writes meanwhile.
 *
 * Password hashes are in it, and what was said of users in bans and the audit log: whoever has it
 * can try passwords.
 */
export async function* exportAll(stores: StoreSet): AsyncIterable<string> {
  yield line({ format: EXPORT_FORMAT, version: EXPORT_VERSION });
  await stores.auditLog.flush();
  let records = 0;
  for (const name of portableStores) {
    for await (const { kind, record } of stores[name].export()) {
      yield line({ kind, record });
      records += 1;
    }
  }
  yield line({ kind: END_KIND, record: { records } });
}

function line(content: object): string {
  return `${JSON.stringify(content)}\n`;
}
