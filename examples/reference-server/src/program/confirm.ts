import { createInterface } from 'node:readline/promises';
import { CommandFailure } from '../command/command-failure.js';
import type { Terminal } from './read-secret.js';

/** Rejects with `CommandFailure` unless somebody at the terminal says yes. */
export async function confirm(question: string, { input, prompts }: Terminal): Promise<void> {
  if (!input.isTTY) {
    throw new CommandFailure('NOT_CONFIRMED', `${question} Nobody can be asked here: give --yes`);
  }
  const lines = createInterface({ input, output: prompts });
  try {
    const said = await lines.question(`${question} [y/N] `);
    if (/^y(es)?$/i.test(said.trim())) return;
  } finally {
    lines.close();
  }
  throw new CommandFailure('NOT_CONFIRMED', 'nothing was changed');
}
