import { access } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { SidetoneServer } from '@sidetone/core';
import { CommandFailure } from '../command/command-failure.js';
import { runCommand, type CommandRequest } from '../command/run-command.js';
import type { Settings } from '../config/settings.js';
import { DataFolder } from '../folder/data-folder.js';
import { FolderLock } from '../folder/folder-lock.js';
import { askServer } from './control-client.js';

type Output = (text: string) => Promise<void>;

/** A server that migrates a large database takes its time. */
const WAIT_FOR_SERVER_MS = 30_000;
const RETRY_MS = 50;

/**
 * Has the server of the data folder do it where one runs, and does it with the same core, without
 * any listener, where none does. Rejects with `CommandFailure`.
 */
export async function carryOut(
  settings: Settings,
  request: CommandRequest,
  output: Output,
): Promise<unknown> {
  const found = await lockOrSocket(settings.dataDir);
  if (!(found instanceof FolderLock)) return askServer(found, request, output);
  try {
    return await withCore(settings, (server) => runCommand(request, { server, output }));
  } finally {
    found.release();
  }
}

async function withCore<T>(
  settings: Settings,
  work: (server: SidetoneServer) => Promise<T>,
): Promise<T> {
  // Loaded here alone: a server that runs has no need of a second one in the program.
  const { createCore } = await import('../server/create-reference-server.js');
  const { server } = createCore(settings);
  try {
    await server.start();
    return await work(server);
  } finally {
    await server.stop();
  }
}

/** The folder, to oneself. Rejects with `CommandFailure` where a server has it. */
export async function withoutServer(settings: Settings): Promise<FolderLock> {
  const found = await lockOrSocket(settings.dataDir);
  if (found instanceof FolderLock) return found;
  const message = `a server runs from "${settings.dataDir}": stop it first, it holds in memory what would be changed`;
  throw new CommandFailure('SERVER_RUNS', message);
}

async function lockOrSocket(dataDir: string): Promise<FolderLock | string> {
  await requireFolder(dataDir);
  const folder = new DataFolder(dataDir);
  const untilMs = performance.now() + WAIT_FOR_SERVER_MS;
  for (;;) {
    const found = await folder.lockOrServer();
    if (found !== null) return found instanceof FolderLock ? found : found.control;
    if (performance.now() > untilMs) {
      const message = `a server, or another command, has "${dataDir}" and does not answer; look at its log`;
      throw new CommandFailure('BUSY', message);
    }
    await pause(RETRY_MS);
  }
}

/** Else a command in the wrong folder would make an empty server there. */
async function requireFolder(dataDir: string): Promise<void> {
  try {
    await access(dataDir);
  } catch (error) {
    const message = `there is no data folder "${dataDir}"; name it in SIDETONE_DATA_DIR, or start the server once`;
    throw new CommandFailure('NO_DATA_FOLDER', message, { cause: error });
  }
}
