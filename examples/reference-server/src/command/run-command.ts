import { createValidator, isVoiceError } from '@sidetone/protocol';
import { Type } from 'typebox';
import type { Administration } from './command.js';
import { CommandFailure } from './command-failure.js';
import { commands } from './commands.js';

/** What comes over the socket: everything in it has a limit. */
const request = createValidator(
  Type.Object(
    {
      command: Type.String({ minLength: 1, maxLength: 64 }),
      values: Type.Record(Type.String({ maxLength: 64 }), Type.Unknown(), { maxProperties: 32 }),
      /** Who sits there, for the audit log. */
      by: Type.String({ minLength: 1, maxLength: 80, pattern: '^[^\\u0000-\\u001f\\u007f]*$' }),
    },
    { additionalProperties: false },
  ),
);

export interface CommandRequest {
  readonly command: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly by: string;
}

/** Carries out what was asked for. Rejects with `CommandFailure`, or with what failed. */
export async function runCommand(
  asked: unknown,
  { server, output }: Pick<Administration, 'server' | 'output'>,
): Promise<unknown> {
  const validation = request.validate(asked);
  if (!validation.ok) throw invalid(`the request is wrong: "${validation.path}"`);
  const { command: name, values, by } = asked as CommandRequest;
  const command = commands.find((each) => each.name === name);
  if (command === undefined) throw invalid(`this server knows no command "${name}"`);
  const fits = createValidator(command.params).validate(values);
  if (!fits.ok) throw invalid(`"${fits.path.slice(1)}" ${fits.message}`);
  try {
    return (await command.run({ server, output, actor: `sidetone (${by})` }, values)) ?? null;
  } catch (error) {
    throw failureOf(error);
  }
}

/** What core, stores and plugins throw says what was wrong, without secrets. */
function failureOf(error: unknown): unknown {
  if (!isVoiceError(error)) return error;
  return new CommandFailure(error.code, error.message, { cause: error });
}

function invalid(message: string): CommandFailure {
  return new CommandFailure('INVALID_PARAMS', message);
}
