import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'microsoft-edge-stable',
];

const MAC_APPLICATIONS = ['Google Chrome', 'Chromium', 'Microsoft Edge'];
const WINDOWS_PROGRAMS = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
];

/**
 * The path of an installed Chrome, Chromium or Edge. SIDETONE_BROWSER names another one.
 * @returns {string}
 */
export function findBrowser() {
  const chosen = process.env.SIDETONE_BROWSER;
  if (chosen !== undefined && chosen !== '') {
    if (existsSync(chosen)) return chosen;
    throw new Error(`SIDETONE_BROWSER is "${chosen}", and there is no such file.`);
  }
  const found = systemCandidates().find(isProgram) || [playwrightCandidate()].find(isProgram);
  if (found !== undefined) return found;
  throw new Error(
    'No Chrome, Chromium or Edge was found. Install one with "npx playwright-core install chromium" (or, as root on Debian, "apt-get install -y --no-install-recommends chromium"), or name one in SIDETONE_BROWSER.',
  );
}

function systemCandidates() {
  if (process.platform === 'darwin') {
    return MAC_APPLICATIONS.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
  }
  if (process.platform === 'win32') {
    const folders = [
      process.env.ProgramFiles,
      process.env['ProgramFiles(x86)'],
      process.env.LOCALAPPDATA,
    ];
    return folders.flatMap((folder) =>
      folder ? WINDOWS_PROGRAMS.map((name) => join(folder, name)) : [],
    );
  }
  const folders = (process.env.PATH || '').split(delimiter).filter((folder) => folder !== '');
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
}

function playwrightCandidate() {
  /** @type {typeof import('playwright-core')} */
  const { chromium } = createRequire(import.meta.url)('playwright-core');
  return chromium.executablePath();
}

/**
 * Some distributions ship a script of a browser's name that only says where to get it.
 * @param {string} path
 */
function isProgram(path) {
  if (!existsSync(path)) return false;
  if (process.platform !== 'linux') return true;
  return spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0;
}
