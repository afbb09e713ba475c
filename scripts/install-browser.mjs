import { existsSync, readFileSync } from 'node:fs';
import { runChild, runTool } from './child.mjs';
import { findBrowser } from './find-browser.mjs';
import { elapsed, say } from './say.mjs';

/**
 * Finds a browser or installs one: Debian's package as root, else the one that playwright-core downloads. A failure
 * is told and not thrown: the tests that need a browser fail with the line that says how to install one.
 */
export async function findOrInstallBrowser() {
  if (isFound()) return;
  const startMs = Date.now();
  say('set-up: no Chrome, Chromium or Edge was found; installing Chromium for the browser tests');
  const code = await installBrowser();
  if (isFound()) say(`set-up: Chromium installed in ${elapsed(startMs)}`);
  else say(`set-up: Chromium could not be installed (exit code ${code})`);
}

function isFound() {
  try {
    findBrowser();
    return true;
  } catch {
    return false;
  }
}

async function installBrowser() {
  if (isDebian() && process.getuid !== undefined && process.getuid() === 0) {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await runChild('apt-get', ['update', '-q'], { env, stdout: 'stderr' });
    const args = ['install', '-y', '-q', '--no-install-recommends', 'chromium'];
    if ((await runChild('apt-get', args, { env, stdout: 'stderr' })) === 0) return 0;
  }
  return runTool('playwright-core', ['install', 'chromium'], { stdout: 'stderr' });
}

/** Ubuntu's package of that name is a stub that wants snapd. */
function isDebian() {
  const path = '/etc/os-release';
  return existsSync(path) && /^ID="?debian"?$/m.test(readFileSync(path, 'utf8'));
}
