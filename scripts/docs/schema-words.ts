import { isTuple, type JsonSchema } from './json-schema.js';
import { nameOfShape } from './shared-shape.js';

/** What a value is, in a few words of Markdown: a shared shape is a link to its table. */
export function typeWords(schema: JsonSchema): string {
  const name = nameOfShape(schema);
  return name === undefined ? ownTypeWords(schema) : `[${name}](#${name.toLowerCase()})`;
}

/** The same for the shape itself, which must not link to itself. */
export function ownTypeWords(schema: JsonSchema): string {
  const { anyOf, items, type } = schema;
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (anyOf !== undefined) return anyOf.map(typeWords).join(' or ');
  if (isTuple(items)) return `[${items.map(typeWords).join(', ')}]`;
  if (items !== undefined) return `list of ${listed(items)}`;
  return type ?? 'any JSON';
}

function listed(items: JsonSchema): string {
  return items.properties !== undefined && nameOfShape(items) === undefined
    ? 'objects'
    : typeWords(items);
}

/** The limits of a value that is no shared shape; empty when there are none. */
export function limitWords(schema: JsonSchema): string {
  if (nameOfShape(schema) !== undefined) return '';
  return ownLimitWords(schema);
}

export function ownLimitWords(schema: JsonSchema): string {
  const own = [
    range(schema.minimum, schema.maximum, ''),
    range(schema.minLength, schema.maxLength, ' characters'),
    isTuple(schema.items) ? '' : range(schema.minItems, schema.maxItems, ' items'),
    schema.uniqueItems === true ? 'no two alike' : '',
    schema.pattern === undefined ? '' : `matches \`${schema.pattern}\``,
  ];
  const { items } = schema;
  const each = items === undefined || isTuple(items) ? '' : limitWords(items);
  const parts = (schema.anyOf ?? []).map(limitWords);
  const all = [...own, each === '' ? '' : `each ${each}`, ...parts];
  return all.filter((words) => words !== '').join('; ');
}

function range(min: number | undefined, max: number | undefined, unit: string): string {
  if (min === undefined && max === undefined) return '';
  if (max === undefined) return `${number(min ?? 0)} or more${unit}`;
  if (min === undefined) return `at most ${number(max)}${unit}`;
  return `${number(min)} to ${number(max)}${unit}`;
}

function number(value: number): string {
  return value === Number.MAX_SAFE_INTEGER ? '2^53 - 1' : value.toLocaleString('en');
}
