#!/usr/bin/env node
import { isVoiceError } from '@sidetone/protocol';
import { CommandFailure } from './command/command-failure.js';
import { parseArguments, type Invocation } from './program/arguments.js';
import { perform } from './program/perform.js';

/** A stdin that nobody closes must not hold the process for longer. */
const END_TIMEOUT_MS = 1_000;

function write(stream: NodeJS.WritableStream, text: string): void {
  stream.write(text.endsWith('\n') ? text : `${text}\n`);
}

async function carryOut(invocation: Invocation): Promise<number> {
  const { stdin, stdout, stderr, env } = process;
  try {
    const done = await perform(invocation, { env, input: stdin, prompts: stderr, output: stdout });
    const text = invocation.json ? JSON.stringify(done.result) : done.text;
    write(done.aside === true ? stderr : stdout, text);
    return done.exitCode;
  } catch (error) {
    write(stderr, explain(error, invocation.json));
    return 1;
  }
}

function explain(error: unknown, json: boolean): string {
  const message = error instanceof Error ? error.message : String(error);
  if (!json)
    return `sidetone: ${message.replaceAll(/[\p{Cc}\p{Cf}]/gu, (each) => (each === '\n' ? each : '?'))}`;
  const code = error instanceof CommandFailure || isVoiceError(error) ? error.code : 'FAILED';
  return JSON.stringify({ error: { code, message } });
}

async function main(): Promise<number> {
  const parsed = parseArguments(process.argv.slice(2));
  switch (parsed.kind) {
    case 'help':
      write(process.stdout, parsed.text);
      return 0;
    case 'problem':
      write(process.stderr, `sidetone: ${parsed.problem}`);
      return 2;
    case 'command':
      return carryOut(parsed);
  }
}

// A reader that goes away, such as head, is no failure.
process.stdout.on('error', () => undefined);
process.exitCode = await main();
setTimeout(() => process.exit(), END_TIMEOUT_MS).unref();
process.stdin.destroy();
