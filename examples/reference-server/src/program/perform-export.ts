import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { carryOut } from '../administration/carry-out.js';
import { exportCommand } from '../command/export-command.js';
import { loadSettings } from '../config/load-settings.js';
import type { Performed, Surroundings } from './performed.js';
import { whoAmI } from './who-am-i.js';

export async function performExport(
  file: string | undefined,
  { env, output }: Surroundings,
): Promise<Performed> {
  const settings = await loadSettings(env);
  const request = { command: exportCommand.name, values: {}, by: whoAmI() };
  const write = (result: NodeJS.WritableStream): Promise<unknown> =>
    carryOut(settings, request, (text) => written(result, text));
  const result = file === undefined ? await write(output) : await intoFile(file, write);
  const text = exportCommand.show(result);
  return { result, text, exitCode: 0, aside: file === undefined };
}

/** All of it or nothing, and for the owner's eyes alone: password hashes are in it. */
async function intoFile(
  file: string,
  write: (result: NodeJS.WritableStream) => Promise<unknown>,
): Promise<unknown> {
  const draft = `${path.resolve(file)}.${randomBytes(4).toString('hex')}`;
  const stream = createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true });
  try {
    const result = await write(stream);
    stream.end();
    await finished(stream);
    await rename(draft, file);
    return result;
  } catch (error) {
    stream.destroy();
    await rm(draft, { force: true });
    throw error;
  }
}

function written(stream: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
