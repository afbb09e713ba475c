import { Type, type TSchema } from 'typebox';

/** One key: what it may be, and what the reference page says of it. */
export interface SettingDefinition<T = unknown> {
  readonly schema: TSchema;
  /** What the schema allows, in words that end the sentence "it has to be ...". */
  readonly values: string;
  readonly preset: T;
  /** Environment variable that overrides the file. */
  readonly variable: string;
  readonly meaning: string;
  /** How the text of the variable becomes a value. */
  readonly read: (text: string) => unknown;
}

interface Named<T> {
  readonly preset: T;
  readonly variable: string;
  readonly meaning: string;
}

const asText = (text: string): unknown => text;

export function text<T extends string | null>(
  named: Named<T>,
  { values = 'a text of 1 to 255 characters', schema = Type.String() }: Partial<TextShape> = {},
): SettingDefinition<T> {
  const bounded = Type.Intersect([schema, Type.String({ minLength: 1, maxLength: 255 })]);
  if (named.preset !== null) return { ...named, schema: bounded, values, read: asText };
  const orNull = Type.Union([bounded, Type.Null()]);
  return { ...named, schema: orNull, values, read: asText };
}

interface TextShape {
  readonly values: string;
  readonly schema: TSchema;
}

export function list(
  named: Named<readonly string[]>,
  { values, item, maxItems }: { values: string; item: TSchema; maxItems: number },
): SettingDefinition<readonly string[]> {
  return {
    ...named,
    schema: Type.Array(item, { maxItems, uniqueItems: true }),
    values,
    read: (given) => given.split(',').map((each) => each.trim()),
  };
}

export function integer<T extends number | null>(
  named: Named<T>,
  minimum: number,
  maximum: number,
): SettingDefinition<T> {
  const whole = Type.Integer({ minimum, maximum });
  return {
    ...named,
    schema: named.preset === null ? Type.Union([whole, Type.Null()]) : whole,
    values: `an integer from ${minimum} to ${maximum}`,
    // An empty or blank text would be the number 0.
    read: (given) => (/^-?\d+$/.test(given) ? Number(given) : given),
  };
}

export function choice<const T extends string>(
  named: Named<T>,
  choices: readonly T[],
): SettingDefinition<T> {
  return {
    ...named,
    schema: Type.Union(choices.map((each) => Type.Literal(each))),
    values: `one of ${choices.join(', ')}`,
    read: asText,
  };
}

export function flag(named: Named<boolean>): SettingDefinition<boolean> {
  const words: Readonly<Record<string, boolean>> = { 0: false, 1: true, false: false, true: true };
  return {
    ...named,
    schema: Type.Boolean(),
    values: 'true or false',
    read: (given) => (Object.hasOwn(words, given) ? words[given] : given),
  };
}
