import { foldName } from '@sidetone/core';

const MAX_BYTES = 256;
/** Nothing longer is worth normalizing; 256 bytes never need as much. */
const MAX_GIVEN_LENGTH = 1024;
/** What has to be left of a password when the names in it are left out. */
const LEAST_BESIDE_NAMES = 8;
const LEAST_WORD = 3;
/** A part that is repeated and no longer than this makes no password, whatever it is. */
const TRIVIAL_PART = 4;

export interface PasswordPolicyOptions {
  readonly minLength: number;
  readonly common: ReadonlySet<string>;
  /** Beside the names of the user. */
  readonly blockedWords: readonly string[];
}

/**
 * Which passwords are taken: long ones, up to 256 bytes, that are not among those which are guessed
 * first. No rule asks for digits or signs, and none makes a password expire (NIST SP 800-63B-4
 * section 3.1.1.2). A character is a code point of the NFKC form, which is what is hashed.
 */
export class PasswordPolicy {
  readonly #options: PasswordPolicyOptions;

  constructor(options: PasswordPolicyOptions) {
    this.#options = options;
  }

  /**
   * What is wrong with a password, as a sentence that does not repeat it; `null`: nothing. `names`:
   * those of the user.
   */
  problemOf(password: string, names: readonly string[] = []): string | null {
    const tooLong = `the password is too long: use at most ${MAX_BYTES} bytes`;
    if (password.length > MAX_GIVEN_LENGTH) return tooLong;
    const form = password.normalize('NFKC');
    if (Buffer.byteLength(form) > MAX_BYTES) return tooLong;
    const { minLength } = this.#options;
    if (lengthOf(form) < minLength) {
      return `the password is too short: use ${minLength} characters or more, for instance several words`;
    }
    const folded = form.toLowerCase();
    if (this.#isGuessable(folded)) {
      return 'the password is one of those that are guessed first: use another';
    }
    if (this.#isMadeOf(folded, names)) {
      return 'the password is made of a name: use one that has nothing to do with you or this server';
    }
    return null;
  }

  #isGuessable(folded: string): boolean {
    if (this.#options.common.has(folded)) return true;
    const part = repeatedPart(folded);
    if (part === null) return false;
    return part.length <= TRIVIAL_PART || this.#options.common.has(part);
  }

  #isMadeOf(folded: string, names: readonly string[]): boolean {
    const words = [...names, ...this.#options.blockedWords].flatMap(wordsOf);
    // Longest first, or a name within a name would leave the rest of it.
    words.sort((a, b) => b.length - a.length);
    const rest = words.reduce((text, word) => text.replaceAll(word, ''), folded);
    if (rest === folded) return false;
    return lengthOf(rest) < LEAST_BESIDE_NAMES || this.#isGuessable(rest);
  }
}

function wordsOf(name: string): string[] {
  const folded = foldName(name);
  return [folded, ...folded.split(/[^\p{L}\p{N}]+/u)].filter((word) => word.length >= LEAST_WORD);
}

/** The shortest part that makes the whole when it is repeated, the last time perhaps not to its end. */
function repeatedPart(text: string): string | null {
  for (let length = 1; length <= text.length / 2; length++) {
    const part = text.slice(0, length);
    if (part.repeat(Math.ceil(text.length / length)).startsWith(text)) return part;
  }
  return null;
}

function lengthOf(text: string): number {
  return [...text].length;
}
