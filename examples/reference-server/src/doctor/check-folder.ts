import { access, constants, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { failed, good, reasonOf, warning, type Check } from './check.js';

const LEAST_FREE_BYTES = 268_435_456;
const OTHERS = 0o077;

export async function checkFolder(dataDir: string): Promise<readonly Check[]> {
  const rights = await checkRights(dataDir);
  return rights.verdict === 'failed' ? [rights] : [rights, await checkSpace(dataDir)];
}

async function checkRights(dataDir: string): Promise<Check> {
  const name = 'data folder';
  try {
    const { mode } = await stat(dataDir).then((found) => {
      if (found.isDirectory()) return found;
      throw new Error(`"${dataDir}" is no folder`);
    });
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    if (process.platform === 'win32' || (mode & OTHERS) === 0) return good(name, `"${dataDir}"`);
    const octal = (mode & 0o777).toString(8);
    return warning(
      name,
      `others of this machine may look into "${dataDir}" (mode ${octal})`,
      `chmod 700 "${dataDir}"`,
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return checkParent(dataDir);
    const advice = `give the user who runs the server a folder of their own, or choose another with SIDETONE_DATA_DIR`;
    return failed(name, reasonOf(error), advice);
  }
}

async function checkParent(dataDir: string): Promise<Check> {
  try {
    await access(await nearestFolder(path.dirname(dataDir)), constants.W_OK);
    return good('data folder', `"${dataDir}" is not there yet; the first start makes it`);
  } catch (error) {
    return failed('data folder', reasonOf(error), 'choose another folder with SIDETONE_DATA_DIR');
  }
}

async function checkSpace(dataDir: string): Promise<Check> {
  try {
    const { bavail, bsize } = await statfs(await nearestFolder(dataDir));
    const free = bavail * bsize;
    const found = `${Math.floor(free / 1_048_576)} MiB free`;
    if (free >= LEAST_FREE_BYTES) return good('disk', found);
    return warning('disk', found, 'make room: a database that cannot write refuses every change');
  } catch (error) {
    return warning('disk', reasonOf(error), 'look whether the disk is there');
  }
}

async function nearestFolder(folder: string): Promise<string> {
  try {
    await stat(folder);
    return folder;
  } catch (error) {
    const above = path.dirname(folder);
    if (above === folder) throw error;
    return nearestFolder(above);
  }
}
