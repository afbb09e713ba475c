import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { root } from './root.mjs';

/** How long a child has to notice a signal by itself, as the whole process group gets it on Ctrl-C. */
const FORWARD_AFTER_MS = 300;

/** @type {NodeJS.Signals[]} */
const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'];

/**
 * @typedef {object} ChildOptions
 * @property {Record<string, string>} [env] added to our own environment
 * @property {'inherit' | 'stderr'} [stdout] where its stdout goes; default: where ours goes
 * @property {((chunk: Buffer) => void) | undefined} [output] takes what it writes to stdout and stderr, which go nowhere else then
 * @property {string} [cwd] default: the repository
 * @property {boolean} [shell]
 */

/**
 * Runs a program to its end and answers its exit code. A signal that we get ends it, and us after it.
 * @param {string} command
 * @param {string[]} args
 * @param {ChildOptions} [options]
 * @returns {Promise<number>}
 */
export function runChild(command, args, options = {}) {
  const { env = {}, stdout = 'inherit', cwd = root, shell = false, output } = options;
  const out = stdout === 'stderr' ? 2 : 'inherit';
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      shell,
      env: { ...process.env, ...env },
      stdio: output ? ['ignore', 'pipe', 'pipe'] : ['inherit', out, 'inherit'],
    });
    if (output) for (const stream of [child.stdout, child.stderr]) stream?.on('data', output);
    /** @type {NodeJS.Signals | null} */
    let stoppedBy = null;
    const stop = (/** @type {NodeJS.Signals} */ signal) => {
      stoppedBy = stoppedBy ?? signal;
      setTimeout(() => child.kill(signal), FORWARD_AFTER_MS).unref();
    };
    for (const signal of SIGNALS) process.on(signal, stop);
    const settle = () => {
      for (const signal of SIGNALS) process.off(signal, stop);
    };
    child.on('error', (error) => {
      settle();
      reject(error);
    });
    child.on('close', (code, signal) => {
      settle();
      if (stoppedBy !== null) process.exit(128 + constants.signals[stoppedBy]);
      resolve(signal === null ? Number(code) : 128 + constants.signals[signal]);
    });
  });
}

/**
 * The script that an installed package runs as a command.
 * @param {string} packageName
 * @param {string} [command] default: the package's name
 */
export function commandPath(packageName, command = packageName) {
  const folder = join(root, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[command]);
}

/**
 * Runs a command of an installed package with this Node: no shell and no npx in between.
 * @param {string} packageName
 * @param {string[]} args
 * @param {ChildOptions & { command?: string }} [options]
 */
export function runTool(packageName, args, { command, ...options } = {}) {
  return runChild(process.execPath, [commandPath(packageName, command), ...args], options);
}
