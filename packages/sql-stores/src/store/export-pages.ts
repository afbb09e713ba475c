import type { SqlDatabase } from '../database/sql-database.js';
import type { Row } from './row.js';

const PAGE = 500;

/** All rows of a table in the order of the columns, a page at a time. */
export async function* exportPages(
  database: SqlDatabase,
  table: string,
  columns: readonly string[],
): AsyncIterable<Row> {
  let last: Row | null = null;
  for (;;) {
    const after: Row | null = last;
    const rows = await database.inOrganization(null, async (trx) => {
      const query = trx(table)
        .orderBy(columns.map((column) => ({ column })))
        .limit(PAGE);
      if (after !== null) query.whereRaw(...behind(columns, after));
      return (await query) as readonly Row[];
    });
    yield* rows;
    last = rows.at(-1) ?? null;
    if (last === null || rows.length < PAGE) return;
  }
}

/** Row values compare as their columns do, the first one first (SQL-92 section 8.2). */
function behind(columns: readonly string[], row: Row): [string, string[]] {
  const names = columns.map(() => '??').join(', ');
  const marks = columns.map(() => '?').join(', ');
  return [`(${names}) > (${marks})`, [...columns, ...columns.map((each) => String(row[each]))]];
}
