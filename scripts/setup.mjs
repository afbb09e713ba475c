import './require-node.mjs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIfStale } from './build-if-stale.mjs';
import { runScript } from './failure.mjs';
import { install } from './install.mjs';
import { withLock } from './lock.mjs';
import { root } from './root.mjs';
import { say } from './say.mjs';

/**
 * Makes a clone ready: installs and builds what is missing or out of date, and says so on stderr. Says nothing when
 * nothing is to be done. Several calls at once wait for each other.
 * @param {{ build: boolean }} options
 * @throws {import('./failure.mjs').Failure} whose message says what to do
 */
export async function setUp({ build }) {
  const onWait = (/** @type {string} */ holder) =>
    say(`set-up: waiting for another set-up of this folder (process ${holder})`);
  await withLock(join(root, '.set-up.lock'), onWait, async () => {
    await install(root);
    if (build) await buildIfStale(root);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runScript(() => setUp({ build: true }));
}
