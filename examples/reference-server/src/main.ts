#!/usr/bin/env node
import path from 'node:path';
import { ControlSocket } from './administration/control-socket.js';
import { controlPath } from './administration/control-path.js';
import { runCommand } from './command/run-command.js';
import { loadSettings } from './config/load-settings.js';
import type { Settings } from './config/settings.js';
import { DataFolder } from './folder/data-folder.js';
import type { FolderLock } from './folder/folder-lock.js';
import { announcement } from './server/announcement.js';
import { createReferenceServer, urlOf } from './server/create-reference-server.js';
import { explainFailure } from './server/explain-failure.js';
import { createFirstAdministrator } from './server/first-start.js';
import { areGuestsAllowed } from './server/guests.js';
import type { ServerPhase } from './server/health.js';
import { onStopSignal } from './server/stop-signals.js';

let settings: Settings | null = null;

function fail(error: unknown): never {
  process.stderr.write(`sidetone: ${explainFailure(error, settings)}\n`);
  process.exit(1);
}

async function main(): Promise<void> {
  const [, , ...args] = process.argv;
  if (args.length > 0) {
    fail(
      `"${args.join(' ')}" is not understood; it is set by sidetone.yaml and by variables, such as SIDETONE_PORT=9000`,
    );
  }
  settings = await loadSettings(process.env);
  const folder = new DataFolder(settings.dataDir);
  const lock = await folder.claim();
  await serve(settings, folder, lock);
}

async function serve(settings: Settings, folder: DataFolder, lock: FolderLock): Promise<void> {
  let phase: ServerPhase = 'starting';
  const { server, log } = createReferenceServer(settings, () => phase);
  const run: ConstructorParameters<typeof ControlSocket>[1] = (params, output) =>
    runCommand(params, { server, output });
  const control = new ControlSocket(controlPath(settings.dataDir), run, log);
  await server.start();
  const administrator = await createFirstAdministrator(server);
  await control.open();
  const url = urlOf(server);
  await folder.presence.write(url, control.path);
  phase = 'ready';

  const stop = async (): Promise<void> => {
    phase = 'draining';
    await control.close();
    await server.stop();
    await folder.presence.remove();
    lock.release();
  };
  onStopSignal(
    () => {
      process.stdout.write('Stopping: no new sessions, telling those who are here ...\n');
      stop().then(() => process.exit(0), fail);
    },
    () => fail('stopped before everybody was told'),
  );

  // Last: whoever reads this line may send a signal at once.
  const kept =
    settings.databaseUrl === null ? path.relative('', settings.dataDir) || '.' : 'PostgreSQL';
  process.stdout.write(
    announcement({ url, guests: areGuestsAllowed(settings), administrator, kept }),
  );
}

main().catch(fail);
