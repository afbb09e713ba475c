import { coreError } from '../error/error-codes.js';
import { MAX_LINE_CHARACTERS } from './export-format.js';

/**
 * The lines of a text that comes in pieces, without their line feeds. Rejects with
 * `ERR_STORE_IMPORT` at one that is too long, before it has all of it.
 */
export async function* readLines(
  text: AsyncIterable<string | Uint8Array>,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let begun = '';
  let number = 1;
  for await (const piece of text) {
    const lines = (
      begun + (typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true }))
    ).split('\n');
    begun = lines.pop() ?? '';
    for (const line of lines) {
      requireShort(line, number);
      yield line;
      number += 1;
    }
    requireShort(begun, number);
  }
  if (begun !== '') yield begun;
}

function requireShort(line: string, number: number): void {
  if (line.length <= MAX_LINE_CHARACTERS) return;
  throw coreError(
    'ERR_STORE_IMPORT',
    `line ${number}: it is longer than ${MAX_LINE_CHARACTERS} characters, as no line of an export is`,
    { details: { line: number } },
  );
}
