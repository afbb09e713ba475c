import { carryOut } from '../administration/carry-out.js';
import type { Command } from '../command/command.js';
import { loadSettings } from '../config/load-settings.js';
import { showExamination } from '../doctor/show-examination.js';
import type { Invocation } from './arguments.js';
import { confirm } from './confirm.js';
import { performExport } from './perform-export.js';
import type { Performed, Surroundings } from './performed.js';
import { readNewPassword } from './read-secret.js';
import { whoAmI } from './who-am-i.js';

/** Rejects with `CommandFailure`, and with what has failed. */
export async function perform(
  { command, values, yes }: Invocation,
  around: Surroundings,
): Promise<Performed> {
  switch (command.kind) {
    case 'server':
      return performOnServer(command.command, values, { ...around, yes });
    case 'export':
      return performExport(values['output'] as string | undefined, around);
    // These two open databases, whose drivers take a while to load.
    case 'import': {
      const { performImport } = await import('./perform-import.js');
      return performImport(values['file'] as string, { ...around, yes });
    }
    case 'doctor': {
      const { examine } = await import('../doctor/examine.js');
      const examination = await examine(around.env);
      const failed = examination.checks.some(({ verdict }) => verdict === 'failed');
      return {
        result: examination,
        text: showExamination(examination),
        exitCode: failed ? 1 : 0,
      };
    }
  }
}

async function performOnServer(
  command: Command,
  values: Readonly<Record<string, unknown>>,
  { yes, ...around }: Surroundings & { readonly yes: boolean },
): Promise<Performed> {
  const settings = await loadSettings(around.env);
  if (command.warning !== null && !yes) await confirm(command.warning(values), around);
  const wanted = command.passwordUnless?.every((name) => values[name] !== true) ?? false;
  const password = wanted ? { password: await readNewPassword(around) } : {};
  const request = { command: command.name, values: { ...values, ...password }, by: whoAmI() };
  const result = await carryOut(settings, request, () => Promise.resolve());
  return { result, text: command.show(result), exitCode: 0 };
}
