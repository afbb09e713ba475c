import type { PortableRecord } from '../contracts/stored-record.js';
import { coreError } from '../error/error-codes.js';
import { END_KIND, EXPORT_FORMAT, EXPORT_VERSION } from './export-format.js';
import { readLines } from './read-lines.js';

/** A record with the number of the line that it stands in, from 1. */
export interface NumberedRecord extends PortableRecord {
  readonly line: number;
}

type Fields = Readonly<Record<string, unknown>>;

/** The records of an export. Rejects with `ERR_STORE_IMPORT` where it is none, or not all of one. */
export async function* readExport(
  text: AsyncIterable<string | Uint8Array>,
): AsyncGenerator<NumberedRecord, void, undefined> {
  let line = 0;
  let ended = false;
  for await (const written of readLines(text)) {
    line += 1;
    const fields = parse(written, line);
    if (ended) throw importError(line, 'something follows the end of the export');
    if (line === 1) requireHeader(fields);
    else if (fields['kind'] === END_KIND) ended = requireEnd(fields, line);
    else yield { ...portableRecord(fields, line), line };
  }
  if (!ended) throw importError(line, 'the export ends in the middle; export again');
}

export function importError(line: number, message: string, cause?: unknown): Error {
  return coreError('ERR_STORE_IMPORT', `line ${line}: ${message}`, { cause, details: { line } });
}

function parse(written: string, line: number): Fields {
  try {
    const parsed: unknown = JSON.parse(written);
    if (isFields(parsed)) return parsed;
  } catch {
    // Said below; what the parser says has parts of the line in it, which may be secret.
  }
  throw importError(line, 'it is no JSON object');
}

function requireHeader({ format, version }: Fields): void {
  if (format !== EXPORT_FORMAT) throw importError(1, 'the text is no export of Sidetone');
  if (version === EXPORT_VERSION) return;
  const found = JSON.stringify(version);
  throw importError(1, `the export has format version ${found}; this reads ${EXPORT_VERSION}`);
}

function requireEnd({ record }: Fields, line: number): true {
  const records = isFields(record) ? record['records'] : undefined;
  const found = line - 2;
  if (records === found) return true;
  throw importError(line, `${found} records came where the export had ${JSON.stringify(records)}`);
}

function portableRecord({ kind, record }: Fields, line: number): PortableRecord {
  if (typeof kind === 'string' && isFields(record)) return { kind, record };
  throw importError(line, 'it has no kind or no record');
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
