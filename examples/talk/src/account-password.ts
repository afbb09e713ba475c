import { createReadStream } from 'node:fs';
import type { PasswordSource } from './settings.js';
import { TalkFailure } from './talk-failure.js';

export const PASSWORD_VARIABLE = 'SIDETONE_PASSWORD';

const MAX_BYTES = 4096;
const ENTER = new Set(['\r', '\n', '\u0004']);
const BACK = new Set(['\b', '\u007f']);
const CTRL_C = '\u0003';

/** What a password is asked for on. */
export interface Terminal {
  readonly input: NodeJS.ReadStream;
  /** Not where lines and sound go. */
  readonly prompts: NodeJS.WritableStream;
}

interface Around {
  /** Its variable is taken out: programs that are started later have no use for it. */
  readonly env: Record<string, string | undefined>;
  readonly terminal: Terminal;
}

/** Never from an argument, which every process of the machine can read. Rejects with `TalkFailure`. */
export async function readAccountPassword(
  source: PasswordSource,
  { env, terminal }: Around,
): Promise<string> {
  const inherited = env[PASSWORD_VARIABLE];
  delete env[PASSWORD_VARIABLE];
  switch (source.kind) {
    case 'environment':
      return checked(inherited ?? '');
    case 'file':
      return checked(await readShort(source.path));
    case 'terminal':
      if (!terminal.input.isTTY) {
        const ways = `set ${PASSWORD_VARIABLE}, or give --password-file`;
        throw new TalkFailure(`there is no terminal to ask for the password on; ${ways}`, 2);
      }
      return checked(await readHidden(terminal));
  }
}

function checked(text: string): string {
  const line = text.replace(/\r?\n$/, '');
  if (line === '') throw new TalkFailure('the password is empty', 2);
  if (/[\r\n]/.test(line)) throw new TalkFailure('a password has one line; more came', 2);
  if (Buffer.byteLength(line) > MAX_BYTES) throw new TalkFailure('the password is too long', 2);
  return line;
}

async function readShort(path: string): Promise<string> {
  const pieces: Buffer[] = [];
  try {
    // One byte more than may be: whatever the file is, no more of it is read.
    for await (const piece of createReadStream(path, { end: MAX_BYTES + 2 })) {
      pieces.push(piece as Buffer);
    }
  } catch (error) {
    const { code = 'it failed' } = error as NodeJS.ErrnoException;
    throw new TalkFailure(`--password-file "${path}" cannot be read: ${code}`, 2);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** One line that is not shown while it is typed. */
async function readHidden({ input, prompts }: Terminal): Promise<string> {
  // Before it asks: whoever types at once is not shown either.
  input.setRawMode(true);
  prompts.write('Password: ');
  input.resume();
  try {
    return await new Promise((resolve, reject) => {
      let typed: string[] = [];
      const onData = (data: Buffer): void => {
        for (const key of data.toString('utf8')) {
          if (key === CTRL_C) {
            input.off('data', onData);
            return reject(new TalkFailure('no password was given'));
          }
          if (ENTER.has(key)) {
            input.off('data', onData);
            return resolve(typed.join(''));
          }
          if (BACK.has(key)) typed = typed.slice(0, -1);
          else if (typed.length <= MAX_BYTES) typed.push(key);
        }
      };
      input.on('data', onData);
    });
  } finally {
    input.setRawMode(false);
    input.pause();
    prompts.write('\n');
  }
}
