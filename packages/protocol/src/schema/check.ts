import type { Fault } from '../control/validator.js';
import { protocolError } from '../error/protocol-error.js';
import { keywords, type Check } from './keywords.js';
import type { JsonSchema, Keyword } from './json-schema.js';

/** Says something about a schema and bounds nothing. */
const ANNOTATIONS: readonly string[] = ['description', 'title', 'default', 'examples', '$id'];

/**
 * Checks values by a schema, with functions that are put together once and not with generated
 * code. The check answers the first fault, in the words of typebox. Throws `ERR_PROTOCOL_SCHEMA`
 * for a keyword that it does not know, because passing it over would allow what it forbids.
 */
export function checkOf(schema: object): Check {
  for (const keyword of Object.keys(schema)) {
    if (Object.hasOwn(keywords, keyword) || ANNOTATIONS.includes(keyword)) continue;
    throw protocolError(
      'ERR_PROTOCOL_SCHEMA',
      `schemas in browsers have no keyword "${keyword}"; say it with those of the messages, or check it in a hook of yours`,
      { keyword },
    );
  }
  const checks: Check[] = [];
  // In the order of the table: what is wrong first is what typebox says first.
  for (const keyword of Object.keys(keywords) as Keyword[]) {
    if (!Object.hasOwn(schema, keyword)) continue;
    checks.push(keywords[keyword](schema as JsonSchema, checkOf));
  }
  return (value) => firstOf(checks, value);
}

function firstOf(checks: readonly Check[], value: unknown): Fault | null {
  for (const check of checks) {
    const fault = check(value);
    if (fault !== null) return fault;
  }
  return null;
}
