#!/usr/bin/env node
import { writePresence } from './presence-file.js';
import { startReferenceServer } from './reference-server.js';
import { readSettings } from './settings.js';
import { onStopSignal } from './stop-signals.js';

function fail(error: unknown): never {
  process.stderr.write(`sidetone: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const { server, url } = await startReferenceServer(settings);
  const removePresence = await writePresence(settings.dataDir, url);

  process.stdout.write(
    [
      `Sidetone is listening on ${url}`,
      `Talk from a second terminal: npm run talk -- --url ${url} --name Ann --channel Lobby --mic`,
      'Channels and people are kept in memory. Stop with Ctrl-C.',
      '',
    ].join('\n'),
  );

  const stop = async (): Promise<void> => {
    await server.stop();
    await removePresence();
  };
  onStopSignal(
    () => {
      process.stdout.write('Stopping: no new sessions, telling those who are here ...\n');
      stop().then(() => process.exit(0), fail);
    },
    () => fail('stopped before everybody was told'),
  );
}

main().catch(fail);
