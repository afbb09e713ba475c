import { parseArgs, type ParseArgsConfig } from 'node:util';
import { CommandFailure } from '../command/command-failure.js';
import type { Field, Fields } from '../command/field.js';
import { helpOf, helpOfAll, optionName } from './help.js';
import { programCommands, type ProgramCommand } from './program-commands.js';

export interface Invocation {
  readonly kind: 'command';
  readonly command: ProgramCommand;
  readonly values: Readonly<Record<string, unknown>>;
  /** The result as JSON. */
  readonly json: boolean;
  /** Nothing is asked before it is done. */
  readonly yes: boolean;
}

export type ParsedArguments =
  | Invocation
  | { readonly kind: 'help'; readonly text: string }
  /** What is wrong, in one line. */
  | { readonly kind: 'problem'; readonly problem: string };

const MAX_WORDS = 3;

const common = {
  json: { type: 'boolean' },
  yes: { type: 'boolean', short: 'y' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** @param args as typed, without the program's own name */
export function parseArguments(args: readonly string[]): ParsedArguments {
  const found = findCommand(args);
  if (found === null) return withoutCommand(args);
  const { command, rest } = found;
  try {
    const parsed = parseArgs({
      args: rest,
      options: optionsOf(command.fields),
      allowPositionals: true,
    });
    const given = parsed.values as Readonly<Record<string, unknown>>;
    if (given['help'] === true) return { kind: 'help', text: helpOf(command) };
    const values = {
      ...positionalsOf(command, parsed.positionals),
      ...optionValuesOf(command.fields, given),
    };
    return {
      kind: 'command',
      command,
      values,
      json: given['json'] === true,
      yes: given['yes'] === true,
    };
  } catch (error) {
    return { kind: 'problem', problem: explain(command, error) };
  }
}

function findCommand(
  args: readonly string[],
): { readonly command: ProgramCommand; readonly rest: string[] } | null {
  for (let words = MAX_WORDS; words > 0; words -= 1) {
    const name = args.slice(0, words).join(' ');
    const command = programCommands.find((each) => each.name === name);
    if (command !== undefined) return { command, rest: args.slice(words) };
  }
  return null;
}

function withoutCommand(args: readonly string[]): ParsedArguments {
  const words = args.filter((arg) => !arg.startsWith('-'));
  const below = programCommands.filter(({ name }) => name.startsWith(`${words.join(' ')} `));
  if (words.length === 0) return { kind: 'help', text: helpOfAll(programCommands) };
  if (below.length > 0) return { kind: 'help', text: helpOfAll(below) };
  return { kind: 'problem', problem: `"${args.join(' ')}" is no command (--help tells all)` };
}

function optionsOf(fields: Fields): NonNullable<ParseArgsConfig['options']> {
  const own = Object.entries(fields)
    .filter(([, { kind }]) => kind !== 'positional')
    .map(([name, { kind, multiple }]) => {
      const type = kind === 'flag' ? ('boolean' as const) : ('string' as const);
      return [optionName(name), { type, multiple }] as const;
    });
  return { ...Object.fromEntries(own), ...common };
}

function positionalsOf(
  { fields }: ProgramCommand,
  given: readonly string[],
): Record<string, unknown> {
  const wanted = Object.entries(fields).filter(([, { kind }]) => kind === 'positional');
  const missing = wanted
    .slice(given.length)
    .filter(([, { required }]) => required)
    .map(([, { placeholder }]) => `<${placeholder}>`);
  if (missing.length > 0) throw wrong(`${missing.join(' ')} is missing`);
  const [extra] = given.slice(wanted.length);
  if (extra !== undefined) throw wrong(`"${extra}" is too much`);
  return Object.fromEntries(
    wanted
      .slice(0, given.length)
      .map(([name, field], index) => [name, field.parse(nonEmpty(given[index], field))]),
  );
}

function nonEmpty(text: string | undefined, { placeholder }: Field): string {
  if (text !== undefined && text !== '') return text;
  throw wrong(`<${placeholder}> is empty`);
}

function optionValuesOf(
  fields: Fields,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = field.kind === 'positional' ? undefined : given[optionName(name)];
    if (value === undefined) continue;
    if (typeof value === 'string') values[name] = parsed(name, field, value);
    else if (Array.isArray(value)) {
      values[name] = value.map((each) => parsed(name, field, String(each)));
    } else values[name] = value;
  }
  return values;
}

function parsed(name: string, field: Field, text: string): unknown {
  try {
    return field.parse(text);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    throw wrong(`--${optionName(name)} ${error.message}`);
  }
}

function wrong(message: string): CommandFailure {
  return new CommandFailure('INVALID_PARAMS', message);
}

/** The parser's own sentences go on about positional arguments; the first one says it. */
function explain({ name }: ProgramCommand, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const said = (message.split(/\.\s/)[0] ?? message).replaceAll("'", '"').replaceAll('\n', ' ');
  return `${name}: ${said} (${name} --help tells more)`;
}
