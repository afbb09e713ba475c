import { readFile, stat } from 'node:fs/promises';
import { isMap, isScalar, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { ConfigError, type ConfigProblem } from './config-problem.js';
import { settingDefinitions } from './setting-definitions.js';

/** No configuration is as long. */
const MAX_BYTES = 1_048_576;

export interface FileValue {
  readonly value: unknown;
  readonly line: number;
}

export interface ConfigFile {
  /** By path, for instance `listen.port`. */
  readonly values: ReadonlyMap<string, FileValue>;
  readonly problems: readonly ConfigProblem[];
}

type Groups = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** `null` where there is none; a required one has to be there. */
export async function readConfigFile(file: string, required: boolean): Promise<ConfigFile | null> {
  try {
    const { size } = await stat(file);
    if (size > MAX_BYTES) throw new Error(`it is longer than ${MAX_BYTES} bytes`);
    return parseConfig(await readFile(file, 'utf8'));
  } catch (error) {
    if (!required && isAbsent(error)) return null;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(
      [{ line: null, text: `the configuration "${file}" cannot be read: ${reason}` }],
      file,
    );
  }
}

/** Finds what is at which key, and what is no key at all. Values are judged by who resolves them. */
export function parseConfig(text: string): ConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems: ConfigProblem[] = document.errors.map(({ pos, message }) => ({
    line: lines.linePos(pos[0]).line,
    text: message.replaceAll('\n', ' '),
  }));
  const values = new Map<string, FileValue>();
  if (problems.length === 0) new Reader(document, lines, values, problems).read();
  return { values, problems };
}

class Reader {
  readonly #document: Document;
  readonly #lines: LineCounter;
  readonly #values: Map<string, FileValue>;
  readonly #problems: ConfigProblem[];

  constructor(
    document: Document,
    lines: LineCounter,
    values: Map<string, FileValue>,
    problems: ConfigProblem[],
  ) {
    this.#document = document;
    this.#lines = lines;
    this.#values = values;
    this.#problems = problems;
  }

  read(): void {
    const groups: Groups = settingDefinitions;
    for (const { key, node } of this.#entries(this.#document.contents, '', groups)) {
      const keys = groups[key] ?? {};
      for (const entry of this.#entries(node, key, keys)) {
        this.#values.set(`${key}.${entry.key}`, {
          value: entry.node?.toJS(this.#document),
          line: entry.line,
        });
      }
    }
  }

  /** Those entries of a map that are known; complains of all others. */
  *#entries(
    map: unknown,
    path: string,
    known: Readonly<Record<string, unknown>>,
  ): Generator<{ key: string; node: Node | null; line: number }> {
    if (isEmpty(map)) return;
    const names = Object.keys(known).join(', ');
    if (!isMap(map)) {
      const what = path === '' ? 'the configuration' : `"${path}"`;
      this.#complain(this.#lineOf(map), `${what} has to be a map with ${names}`);
      return;
    }
    for (const { key, value } of map.items) {
      const name = isScalar(key) ? String(key.value) : '?';
      const line = this.#lineOf(key);
      if (Object.hasOwn(known, name)) yield { key: name, node: value as Node | null, line };
      else this.#complain(line, unknownKey(path === '' ? name : `${path}.${name}`, names));
    }
  }

  #complain(line: number, text: string): void {
    this.#problems.push({ line, text });
  }

  #lineOf(node: unknown): number {
    const range = (node as Node | null)?.range;
    return range ? this.#lines.linePos(range[0]).line : 1;
  }
}

function isEmpty(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}

/** Shows no value: whoever takes a secret for a key of this file has written it there. */
function unknownKey(path: string, names: string): string {
  const elsewhere: Readonly<Record<string, string>> = {
    'database.url':
      'put it into SIDETONE_DATABASE_URL, or into a file that "database.urlFile" names',
    'tokens.key': 'put it into SIDETONE_TOKEN_KEY, or into a file that "tokens.keyFile" names',
    'groups.key': 'put it into SIDETONE_GROUPS_KEY, or into a file that "groups.keyFile" names',
  };
  const shown = path.slice(0, 80);
  return `"${shown}" is unknown; ${elsewhere[path] ?? `there are ${names}`}`;
}

/** Whose folder is a file is told by who makes the folder. */
function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
}
