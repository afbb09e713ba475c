import type { Field } from '../command/field.js';
import type { ProgramCommand } from './program-commands.js';

/** `displayName` is written `--display-name`. */
export function optionName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

const AFTERWORD = `Every command takes --json, for a result that programs read, and --help. What deletes asks first; --yes answers.
Passwords are asked for without echo, or read from standard input; never give one as an argument.

It speaks to the server that runs from SIDETONE_DATA_DIR (default: data), and opens its database itself where none
runs. Exit status: 0 for done, 1 for refused or failed, 2 for arguments of no use.
`;

export function helpOfAll(commands: readonly ProgramCommand[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `Administers a Sidetone server.\n\nUsage: npm run sidetone -- <command> [options]\n\n${lines.join('\n')}\n\n${AFTERWORD}`;
}

export function helpOf({ name, summary, fields }: ProgramCommand): string {
  const described = Object.entries(fields).map(([field, about]) => [
    usageOf(field, about),
    about.meaning,
  ]);
  const width = Math.max(0, ...described.map(([usage = '']) => usage.length));
  const lines = described.map(([usage = '', meaning]) => `  ${usage.padEnd(width)}  ${meaning}\n`);
  const positionals = Object.values(fields)
    .filter(({ kind }) => kind === 'positional')
    .map(({ placeholder, required }) => (required ? ` <${placeholder}>` : ` [${placeholder}]`));
  const options = positionals.length < lines.length ? ' [options]' : '';
  return `${name}: ${summary}\n\nUsage: npm run sidetone -- ${name}${positionals.join('')}${options}\n\n${lines.join('')}`;
}

function usageOf(name: string, { kind, placeholder, multiple, required }: Field): string {
  switch (kind) {
    case 'positional':
      return required ? `<${placeholder}>` : `[${placeholder}]`;
    case 'flag':
      return `--${optionName(name)}`;
    case 'option':
      return `--${optionName(name)} <${placeholder}>${multiple ? ' ...' : ''}`;
  }
}
