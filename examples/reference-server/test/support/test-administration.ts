import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { commands } from '../../src/command/commands.js';
import { runCommand } from '../../src/command/run-command.js';
import { loadSettings } from '../../src/config/load-settings.js';
import type { Settings } from '../../src/config/settings.js';
import { createCore } from '../../src/server/create-reference-server.js';

/** A server without listeners on a fresh SQLite, as the program opens it where none runs. */
export interface TestAdministration {
  readonly server: ReturnType<typeof createCore>['server'];
  readonly settings: Settings;
  /** What `export` has written. */
  readonly written: string[];
  run<T = unknown>(command: string, values?: Readonly<Record<string, unknown>>): Promise<T>;
  /** The same as people read it. */
  shown(command: string, values?: Readonly<Record<string, unknown>>): Promise<string>;
  close(): Promise<void>;
}

export async function createTestAdministration(): Promise<TestAdministration> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'sidetone-administration-'));
  const settings = await loadSettings({ SIDETONE_DATA_DIR: dataDir, SIDETONE_LOG: 'silent' });
  const { server } = createCore(settings);
  await server.start();
  const written: string[] = [];
  const run = (command: string, values = {}): Promise<unknown> =>
    runCommand(
      { command, values, by: 'tester' },
      { server, output: async (text) => void written.push(text) },
    );
  return {
    server,
    settings,
    written,
    run: run as TestAdministration['run'],
    async shown(name, values) {
      const command = commands.find((each) => each.name === name);
      if (command === undefined) throw new Error(`there is no command "${name}"`);
      return command.show(await run(name, values));
    },
    async close() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Code and message of what a command was refused with. */
export async function refusal(work: Promise<unknown>): Promise<{ code: unknown; message: string }> {
  try {
    await work;
  } catch (error) {
    const { code, message } = error as { readonly code?: unknown; readonly message: string };
    return { code, message };
  }
  throw new Error('it was not refused');
}
