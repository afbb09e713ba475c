import { CommandFailure } from '../command/command-failure.js';

const MAX_BYTES = 4096;
const ENTER = new Set(['\r', '\n', '\u0004']);
const BACK = new Set(['\b', '\u007f']);
const CTRL_C = '\u0003';

export interface Terminal {
  readonly input: NodeJS.ReadStream;
  /** Not where results go. */
  readonly prompts: NodeJS.WritableStream;
}

/**
 * A new password: in a terminal asked for twice and not shown; otherwise all of standard input, less
 * a line feed at its end. Rejects with `CommandFailure`.
 */
export async function readNewPassword(terminal: Terminal): Promise<string> {
  if (!terminal.input.isTTY) return readAll(terminal.input);
  const first = await readHidden(terminal, 'New password: ');
  if (first === (await readHidden(terminal, 'Once more: '))) return nonEmpty(first);
  throw new CommandFailure('INVALID_PARAMS', 'the two are different; nothing was changed');
}

async function readAll(input: AsyncIterable<Buffer | string>): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of input) {
    const bytes = Buffer.from(piece);
    length += bytes.length;
    if (length > MAX_BYTES) throw new CommandFailure('INVALID_PARAMS', 'the password is too long');
    pieces.push(bytes);
  }
  const text = Buffer.concat(pieces)
    .toString('utf8')
    .replace(/\r?\n$/, '');
  if (/[\r\n]/.test(text)) {
    throw new CommandFailure('INVALID_PARAMS', 'a password has one line; more came');
  }
  return nonEmpty(text);
}

function nonEmpty(text: string): string {
  if (text !== '') return text;
  throw new CommandFailure('INVALID_PARAMS', 'the password is empty');
}

/** One line of a terminal that does not show what is typed. */
async function readHidden({ input: tty, prompts }: Terminal, prompt: string): Promise<string> {
  // Before it asks: whoever types at once is not shown either.
  tty.setRawMode(true);
  prompts.write(prompt);
  tty.resume();
  try {
    return await new Promise((resolve, reject) => {
      let typed: string[] = [];
      const onData = (data: Buffer): void => {
        for (const key of data.toString('utf8')) {
          if (key === CTRL_C) {
            tty.off('data', onData);
            return reject(new CommandFailure('CANCELLED', 'nothing was changed'));
          }
          if (ENTER.has(key)) {
            tty.off('data', onData);
            return resolve(typed.join(''));
          }
          if (BACK.has(key)) typed = typed.slice(0, -1);
          else if (typed.length < MAX_BYTES) typed.push(key);
        }
      };
      tty.on('data', onData);
    });
  } finally {
    tty.setRawMode(false);
    tty.pause();
    prompts.write('\n');
  }
}
