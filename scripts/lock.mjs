import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

const POLL_MS = 250;
/** Longer than any set-up takes: a lock this old was left by a process id that has been given away again. */
const STALE_AFTER_MS = 30 * 60 * 1000;

/**
 * Does work while no other process does work under the same lock file.
 * @template T
 * @param {string} path of the lock file, which holds the id of the process at work
 * @param {(holder: string) => void} onWait called once if another process is at work
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, onWait, work) {
  let told = false;
  while (!take(path)) {
    const holder = staleOrHolder(path);
    if (holder === null) continue;
    if (!told) onWait(holder);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** @param {string} path */
function take(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * The process that holds the lock, or null after the lock of a dead one was cleared away.
 * @param {string} path
 */
function staleOrHolder(path) {
  try {
    const holder = readFileSync(path, 'utf8');
    const ageMs = Date.now() - statSync(path).mtimeMs;
    if (ageMs < STALE_AFTER_MS && (holder === '' || isAlive(Number(holder)))) return holder;
    // Another process may have cleared it away and taken it since it was read: then it is put back.
    const aside = `${path}.${process.pid}`;
    renameSync(path, aside);
    if (readFileSync(aside, 'utf8') !== holder) linkSync(aside, path);
    rmSync(aside, { force: true });
    return null;
  } catch (error) {
    if (['ENOENT', 'EEXIST'].includes(String(codeOf(error)))) return null;
    throw error;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return /** @type {NodeJS.ErrnoException} */ (error).code;
}
