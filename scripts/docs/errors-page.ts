import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GENERATED, table } from './markdown.js';
import { repository } from './repository.js';

const INTRODUCTION = `Every error of Sidetone is a \`VoiceError\` with a \`code\`, a \`message\` that says what is wrong and what to do, \`details\` for
programs, and \`cause\` where there is one. Compare \`code\`, never the class: two copies of a package in one program have
two classes. The codes that cross the wire have no prefix and [a page of their own](wire-errors.md); the client throws
these too, as answers of the server.`;

/** A row of a table of errors, as prettier writes it. */
const ROW = /^ {2}ERR_[A-Z0-9_]+:/m;

/** docs/reference/errors.md */
export async function errorsPage(): Promise<string> {
  const rows = (await Promise.all(packageNames().map(rowsOf))).flat();
  rows.sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  return [
    `# Errors\n\n${GENERATED}`,
    INTRODUCTION,
    table(['Code', 'Package', 'Meaning'], rows),
  ].join('\n\n');
}

function packageNames(): string[] {
  return readdirSync(join(repository, 'packages')).sort();
}

async function rowsOf(packageName: string): Promise<string[][]> {
  const rows: string[][] = [];
  for (const file of sourcesOf(packageName)) {
    if (!ROW.test(readFileSync(file, 'utf8'))) continue;
    const module = (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
    for (const codes of Object.values(module).filter(isErrorTable)) {
      for (const [code, meaning] of Object.entries(codes)) {
        rows.push([`\`${code}\``, `@sidetone/${packageName}`, meaning]);
      }
    }
  }
  return rows;
}

function sourcesOf(packageName: string): string[] {
  const folder = join(repository, 'packages', packageName, 'src');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));
}

function isErrorTable(value: unknown): value is Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => key.startsWith('ERR_'));
}
