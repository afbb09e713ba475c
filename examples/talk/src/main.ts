#!/usr/bin/env node
import { parseArguments } from './arguments.js';
import { HELP } from './help.js';
import { talk } from './talk.js';
import { explainFailure, TalkFailure } from './talk-failure.js';

/** Pipes that nobody reads, and a stdin that nobody closes, must not hold the process for longer. */
const END_TIMEOUT_MS = 1_000;

function fail(message: string, exitCode: number): number {
  process.stderr.write(`talk: ${message}\n`);
  return exitCode;
}

async function main(): Promise<number> {
  const parsed = parseArguments(process.argv.slice(2), process.env);
  switch (parsed.kind) {
    case 'help':
      process.stdout.write(HELP);
      return 0;
    case 'problem':
      return fail(`${parsed.problem} (--help tells all)`, 2);
    case 'settings':
      try {
        await talk(parsed.settings);
        return 0;
      } catch (error) {
        return fail(explainFailure(error), error instanceof TalkFailure ? error.exitCode : 1);
      }
  }
}

// A reader that goes away, such as head, is no failure; who needs to know listens, too.
process.stdout.on('error', () => undefined);
process.exitCode = await main();
setTimeout(() => process.exit(), END_TIMEOUT_MS).unref();
process.stdin.destroy();
