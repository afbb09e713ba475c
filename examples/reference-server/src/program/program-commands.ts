import { commands } from '../command/commands.js';
import type { Command } from '../command/command.js';
import { text, word, type Fields } from '../command/field.js';

/** What the program can be told: commands of a server, and what it does by itself. */
export type ProgramCommand = Pick<Command, 'name' | 'summary'> & { readonly fields: Fields } & (
    | { readonly kind: 'server'; readonly command: Command }
    | { readonly kind: 'export' | 'import' | 'doctor' }
  );

/** Writes to a file what the server's command of that name gives. */
const exportToFile: ProgramCommand = {
  kind: 'export',
  name: 'export',
  summary: 'write all that is kept as JSON lines, password hashes included',
  fields: { output: text('file', 'where to; without it, standard output') },
};

const importFile: ProgramCommand = {
  kind: 'import',
  name: 'import',
  summary: 'take in what export has written; the server has to be stopped',
  fields: { file: word('file', 'or - for standard input') },
};

const doctor: ProgramCommand = {
  kind: 'doctor',
  name: 'doctor',
  summary: 'look whether everything is as it should be, and say what to do',
  fields: {},
};

export const programCommands: readonly ProgramCommand[] = [
  ...commands
    .filter(({ name }) => name !== exportToFile.name)
    .map((command) => ({
      kind: 'server' as const,
      name: command.name,
      summary: command.summary,
      fields: command.fields,
      command,
    })),
  exportToFile,
  importFile,
  doctor,
];
