import { readFile } from 'node:fs/promises';

/** What a role may do on a net, as the guide has it; `slot 2` and the like stand beside it. */
export type Cell = ReadonlySet<string>;

const GUIDE = new URL('../../../docs/guides/operation.md', import.meta.url);

/** The table of the guide to operations: by role, then by net. Ranks are left out. */
export async function operationTable(): Promise<ReadonlyMap<string, ReadonlyMap<string, Cell>>> {
  const text = await readFile(GUIDE, 'utf8');
  const [head = [], , ...rows] = text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((each) => each.trim()),
    );
  const [, ...nets] = head;
  return new Map(
    rows.map(([role = '', ...cells]) => [
      role.replace(/ \(\d+\)$/, ''),
      new Map(nets.map((net, index) => [net, cellOf(cells[index] ?? '-')])),
    ]),
  );
}

/** Who hears a net sees it, too. */
function cellOf(text: string): Cell {
  const words = text.split(', ').filter((word) => word !== '-');
  return new Set(words.length > 0 ? ['sees', ...words] : words);
}
