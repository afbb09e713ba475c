import { isTuple, type JsonSchema } from './json-schema.js';
import { table } from './markdown.js';
import { limitWords, ownLimitWords, ownTypeWords, typeWords } from './schema-words.js';
import { nameOfShape } from './shared-shape.js';

const HEAD = ['Field', 'Type', 'Limits', 'What it is'] as const;

/** Describes one shape: a table of its fields, or a line when it has none. */
export function describeShape(schema: JsonSchema): string {
  if (schema.anyOf?.every(({ properties }) => properties !== undefined) === true) {
    return schema.anyOf.map(describeShape).join('\n\nor\n\n');
  }
  if (schema.properties !== undefined) {
    const rows = fieldRows(schema, '');
    return rows.length === 0 ? 'An empty object.' : table(HEAD, rows);
  }
  const limits = ownLimitWords(schema);
  return `${ownTypeWords(schema)}${limits === '' ? '' : `; ${limits}`}.`;
}

/** Rows of all fields, those of nested shapes without a name included. */
function fieldRows({ properties = {}, required = [] }: JsonSchema, prefix: string): string[][] {
  return Object.entries(properties).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const label = `\`${path}${required.includes(name) ? '' : '?'}\``;
    const row = [label, typeWords(field), limitWords(field), ownDescription(field)];
    return [row, ...nestedRows(field, path)];
  });
}

function nestedRows(field: JsonSchema, path: string): string[][] {
  if (nameOfShape(field) !== undefined) return [];
  if (field.properties !== undefined) return fieldRows(field, `${path}.`);
  const { items } = field;
  if (items === undefined || isTuple(items) || nameOfShape(items) !== undefined) return [];
  return fieldRows(items, `${path}[].`);
}

/** A shared shape says in its own place what it is. */
function ownDescription(field: JsonSchema): string {
  return nameOfShape(field) === undefined ? (field.description ?? '') : '';
}
