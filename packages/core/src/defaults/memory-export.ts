import type { PortableRecord } from '../contracts/stored-record.js';
import type { PortableKind, PortableKinds } from '../portability/portable-kinds.js';

type Sources = { readonly [Kind in PortableKind]?: { all(): readonly PortableKinds[Kind][] } };

/** A line for each record, in the order in which the kinds are named. */
export async function* exportTables(sources: Sources): AsyncIterable<PortableRecord> {
  for (const [kind, source] of Object.entries(sources)) {
    for (const record of source.all()) yield { kind, record: { ...record } };
  }
}
