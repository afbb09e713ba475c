#!/usr/bin/env node
import { explainFailure } from './explain-failure.js';
import { PresenceFile } from './presence-file.js';
import { startReferenceServer } from './reference-server.js';
import { readSettings, type Settings } from './settings.js';
import { onStopSignal } from './stop-signals.js';

let settings: Settings | null = null;

function fail(error: unknown): never {
  process.stderr.write(`sidetone: ${explainFailure(error, settings)}\n`);
  process.exit(1);
}

async function main(): Promise<void> {
  const [, , ...args] = process.argv;
  if (args.length > 0) {
    fail(
      `"${args.join(' ')}" is not understood; it is set by variables, such as SIDETONE_PORT=9000`,
    );
  }
  settings = readSettings(process.env);
  const presence = new PresenceFile(settings.dataDir);
  await presence.claim();
  const { server, url } = await startReferenceServer(settings);
  await presence.write(url);

  const stop = async (): Promise<void> => {
    await server.stop();
    await presence.remove();
  };
  onStopSignal(
    () => {
      process.stdout.write('Stopping: no new sessions, telling those who are here ...\n');
      stop().then(() => process.exit(0), fail);
    },
    () => fail('stopped before everybody was told'),
  );

  // Last: whoever reads this line may send a signal at once.
  process.stdout.write(
    [
      `Sidetone is listening on ${url}`,
      `Talk from a second terminal: npm run talk -- --url ${url} --name Ann --channel Lobby --mic`,
      'Channels and people are kept in memory. Stop with Ctrl-C.',
      '',
    ].join('\n'),
  );
}

main().catch(fail);
