import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';

const LISTENS_WITHIN_MS = 1000;

interface Presence {
  readonly url: string;
  readonly pid: number;
}

/**
 * Says where the server of a data folder listens, as long as it runs: other programs of this
 * machine find it by the folder alone.
 */
export class PresenceFile {
  readonly #dataDir: string;
  readonly #file: string;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
    this.#file = path.join(dataDir, 'server.json');
  }

  /** Makes the folder. Throws where it cannot be one, or belongs to a server that runs. */
  async claim(): Promise<void> {
    try {
      await mkdir(this.#dataDir, { recursive: true, mode: 0o700 });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = `SIDETONE_DATA_DIR "${this.#dataDir}" cannot be used as a folder: ${reason}`;
      throw new Error(message, { cause: error });
    }
    const other = await this.#read();
    if (other === null || other.pid === process.pid || !(await listens(other.url))) return;
    throw new Error(
      `SIDETONE_DATA_DIR "${this.#dataDir}" belongs to the server at ${other.url} (process ${other.pid}); stop it, or choose another folder`,
    );
  }

  async write(url: string): Promise<void> {
    const presence: Presence = { url, pid: process.pid };
    await writeFile(this.#file, `${JSON.stringify(presence)}\n`, { mode: 0o600 });
  }

  async remove(): Promise<void> {
    if ((await this.#read())?.pid === process.pid) await rm(this.#file, { force: true });
  }

  /** `null` where there is none, or one that no server has written. */
  async #read(): Promise<Presence | null> {
    try {
      const { url, pid } = JSON.parse(await readFile(this.#file, 'utf8')) as Partial<Presence>;
      return typeof url === 'string' && Number.isInteger(pid) ? { url, pid: pid as number } : null;
    } catch {
      return null;
    }
  }
}

/** A number of a process may have gone to another by now; what listens there, listens. */
async function listens(url: string): Promise<boolean> {
  if (!URL.canParse(url)) return false;
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(LISTENS_WITHIN_MS) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
