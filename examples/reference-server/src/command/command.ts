import type { SidetoneServer } from '@sidetone/core';
import { Type, type TObject } from 'typebox';
import type { Fields, ValuesOf } from './field.js';

/** What commands are carried out on. */
export interface Administration {
  readonly server: SidetoneServer;
  /** Who it is in the audit log. */
  readonly actor: string;
  /** For what is too much for a result. Rejects when nobody reads any more. */
  readonly output: (text: string) => Promise<void>;
}

/** One command of the administration program, as both its ends know it. */
export interface Command {
  /** As it is typed, for instance `org member add`. */
  readonly name: string;
  readonly summary: string;
  readonly fields: Fields;
  readonly params: TObject;
  /**
   * Asked on the way in, unless one of these flags is given: a new password, which stands in no
   * command line.
   */
  readonly passwordUnless: readonly string[] | null;
  /** What is lost by it, asked about before it is done. */
  readonly warning: ((values: Readonly<Record<string, unknown>>) => string) | null;
  /** `values` have been checked against `params`. */
  readonly run: (
    administration: Administration,
    values: Readonly<Record<string, unknown>>,
  ) => Promise<unknown>;
  /** For people; a program reads the result itself. */
  readonly show: (result: unknown) => string;
}

interface CommandDraft<F extends Fields, R> {
  readonly name: string;
  readonly summary: string;
  readonly fields: F;
  readonly passwordUnless?: readonly (keyof F & string)[];
  readonly warning?: (values: ValuesOf<F>) => string;
  readonly run: (
    administration: Administration,
    values: ValuesOf<F> & { readonly password?: string },
  ) => Promise<R>;
  readonly show: (result: R) => string;
}

const MAX_PASSWORD_CHARACTERS = 1024;

export function defineCommand<const F extends Fields, R>(draft: CommandDraft<F, R>): Command {
  const properties = Object.entries(draft.fields).map(
    ([name, { schema, required }]) => [name, required ? schema : Type.Optional(schema)] as const,
  );
  const password =
    draft.passwordUnless === undefined
      ? {}
      : { password: Type.Optional(Type.String({ maxLength: MAX_PASSWORD_CHARACTERS })) };
  return {
    passwordUnless: null,
    warning: null,
    ...draft,
    params: Type.Object(
      { ...Object.fromEntries(properties), ...password },
      { additionalProperties: false },
    ),
  } as unknown as Command;
}
