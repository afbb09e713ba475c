import { createValidator, Name } from '@sidetone/protocol';

const name = createValidator(Name);

/** Nothing longer is worth normalizing; 80 characters never need as much. */
const MAX_GIVEN_LENGTH = 1024;
/** Controls, line separators, lone surrogates, and marks that turn the direction of text around it. */
const MISLEADING = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

export type ShownName =
  | { readonly ok: true; readonly name: string }
  /** `problem` goes on after "the name". */
  | { readonly ok: false; readonly problem: string };

/**
 * The name that others are shown of somebody who gave this one: trimmed and normalized (Unicode
 * NFC), 1 to 80 characters on one line, with something to be seen.
 */
export function shownName(given: string): ShownName {
  if (given.length > MAX_GIVEN_LENGTH) {
    return { ok: false, problem: 'is too long: use 1 to 80 characters' };
  }
  const shown = given.normalize('NFC').trim();
  if (MISLEADING.test(shown)) {
    return {
      ok: false,
      problem: 'has characters that cannot be shown on one line: leave them out',
    };
  }
  if (!VISIBLE.test(shown) || !name.validate(shown).ok) {
    return { ok: false, problem: 'has to have 1 to 80 characters, and one that can be seen' };
  }
  return { ok: true, name: shown };
}
