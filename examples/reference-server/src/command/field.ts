import { Type, type TSchema } from 'typebox';
import { CommandFailure } from './command-failure.js';

/** One thing that a command is told: a word of the command line, and a value of the request. */
export interface Field<T = unknown> {
  readonly kind: 'positional' | 'option' | 'flag';
  readonly required: boolean;
  /** May be given several times. */
  readonly multiple: boolean;
  /** Stands for the value in the usage. */
  readonly placeholder: string;
  readonly meaning: string;
  readonly schema: TSchema;
  /** Throws `CommandFailure` for a text that is none. */
  readonly parse: (text: string) => unknown;
  /** Only for the compiler: what the value is. */
  readonly value?: T;
}

export type Fields = Readonly<Record<string, Field>>;

export type ValuesOf<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never;
};

const MAX_TEXT = 1024;
const asText = (text: string): unknown => text;
const shortText: TSchema = Type.String({ minLength: 1, maxLength: MAX_TEXT });

export function word(placeholder: string, meaning: string): Field<string> {
  return {
    kind: 'positional',
    required: true,
    multiple: false,
    placeholder,
    meaning,
    schema: shortText,
    parse: asText,
  };
}

/** The last words of a command line may be left out. */
export function optionalWord(placeholder: string, meaning: string): Field<string | undefined> {
  return { ...word(placeholder, meaning), required: false };
}

const optional = { kind: 'option', required: false, multiple: false } as const;

export function text(placeholder: string, meaning: string): Field<string | undefined> {
  return { ...optional, placeholder, meaning, schema: shortText, parse: asText };
}

export function texts(placeholder: string, meaning: string): Field<readonly string[] | undefined> {
  const schema = Type.Array(shortText, { maxItems: 256 });
  return { ...optional, multiple: true, placeholder, meaning, schema, parse: asText };
}

export function flag(meaning: string): Field<boolean | undefined> {
  return {
    ...optional,
    kind: 'flag',
    placeholder: '',
    meaning,
    schema: Type.Boolean(),
    parse: asText,
  };
}

export function choice<const T extends string>(
  choices: readonly T[],
  meaning: string,
): Field<T | undefined> {
  return {
    ...optional,
    placeholder: choices.join('|'),
    meaning,
    schema: Type.Union(choices.map((each) => Type.Literal(each))),
    parse: (given) => {
      if ((choices as readonly string[]).includes(given)) return given;
      throw invalid(`"${given}" is none of ${choices.join(', ')}`);
    },
  };
}

export function integer(
  minimum: number,
  maximum: number,
  meaning: string,
): Field<number | undefined> {
  return {
    ...optional,
    placeholder: 'number',
    meaning,
    schema: Type.Integer({ minimum, maximum }),
    parse: (given) => {
      const value = Number(given);
      if (/^\d+$/.test(given) && value >= minimum && value <= maximum) return value;
      throw invalid(`"${given}" is no integer from ${minimum} to ${maximum}`);
    },
  };
}

/** `null` for none at all. */
export function limit(meaning: string): Field<number | null | undefined> {
  const maximum = 1_000_000;
  return {
    ...optional,
    placeholder: 'number|none',
    meaning,
    schema: Type.Union([Type.Integer({ minimum: 1, maximum }), Type.Null()]),
    parse: (given) => {
      if (given === 'none') return null;
      const value = Number(given);
      if (/^\d+$/.test(given) && value >= 1 && value <= maximum) return value;
      throw invalid(`"${given}" is neither none nor an integer from 1 to ${maximum}`);
    },
  };
}

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const MAX_DURATION_MS = 100 * 365 * 86_400_000;

/** In milliseconds; `null` for ever. */
export function duration(meaning: string): Field<number | null | undefined> {
  return {
    ...optional,
    placeholder: 'duration',
    meaning: `${meaning} 30m, 12h, 7d, or ever`,
    schema: Type.Union([Type.Integer({ minimum: 1, maximum: MAX_DURATION_MS }), Type.Null()]),
    parse: (given) => {
      if (given === 'ever') return null;
      const [, count = '', unit = ''] = /^(\d+)([smhd])$/.exec(given) ?? [];
      const durationMs = Number(count) * (UNIT_MS[unit] ?? NaN);
      if (durationMs >= 1 && durationMs <= MAX_DURATION_MS) return durationMs;
      throw invalid(`"${given}" is no duration; give 30m, 12h, 7d, or ever`);
    },
  };
}

function invalid(message: string): CommandFailure {
  return new CommandFailure('INVALID_PARAMS', message);
}
