import { stat } from 'node:fs/promises';
import path from 'node:path';
import { ConfigError } from '../config/config-problem.js';
import { loadSettings, type Environment } from '../config/load-settings.js';
import type { Settings } from '../config/settings.js';
import { DataFolder } from '../folder/data-folder.js';
import { FolderLock } from '../folder/folder-lock.js';
import { failed, good, reasonOf, unknown, warning, type Check, type Examination } from './check.js';
import { checkDatabase } from './check-database.js';
import { checkFolder } from './check-folder.js';
import { checkClock, checkNode, checkUdpBuffers } from './check-machine.js';
import { checkLiveOrganizations } from './check-organizations.js';
import { checkPorts } from './check-ports.js';
import { checkServer } from './check-server.js';

/** Everything that can be looked at without changing anything. */
export async function examine(env: Environment): Promise<Examination> {
  const machine = [checkNode(), checkClock(), await checkUdpBuffers()];
  try {
    const settings = await loadSettings(env);
    const found =
      settings.configFile === null ? 'defaults and environment' : `"${settings.configFile}"`;
    const checks = [good('configuration', found), ...(await examineFolder(settings))];
    return { checks: [...machine, ...checks] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const rest = ['data folder', 'database', 'migrations', 'tcp port', 'udp port'];
    const checks = [
      ...error.problems.map(({ line, text }) =>
        failed('configuration', line === null ? text : `line ${line}: ${text}`, ADVICE),
      ),
      ...rest.map((name) => unknown(name, 'the configuration has to be right first')),
    ];
    return { checks: [...machine, ...checks] };
  }
}

const ADVICE = 'docs/reference/configuration.md tells every key and variable';

async function examineFolder(settings: Settings): Promise<readonly Check[]> {
  const folder = await checkFolder(settings.dataDir);
  if (folder[0]?.verdict === 'failed') return [...folder, unknown('database', 'no data folder')];
  if (!(await isThere(settings.dataDir))) {
    return [...folder, ...(await checkDatabase(settings)), ...(await checkPorts(settings))];
  }
  return [...folder, ...(await examineServer(settings))];
}

/** With the lock, so that no server starts in the middle; without, what the server says of itself. */
async function examineServer(settings: Settings): Promise<readonly Check[]> {
  const found = await new DataFolder(settings.dataDir).lockOrServer();
  if (found === null) {
    const advice = 'wait a moment; if it stays so, look at the log of the server';
    return [warning('server', 'one starts or stops, or another command runs', advice)];
  }
  if (!(found instanceof FolderLock)) {
    return [...(await checkServer(found)), await checkLiveOrganizations(found.control)];
  }
  try {
    const checks = [...(await checkDatabase(settings)), ...(await checkPorts(settings))];
    return [good('server', 'none runs'), ...checks];
  } catch (error) {
    return [failed('server', reasonOf(error), 'look at its log')];
  } finally {
    found.release();
  }
}

async function isThere(folder: string): Promise<boolean> {
  try {
    await stat(path.resolve(folder));
    return true;
  } catch {
    return false;
  }
}
