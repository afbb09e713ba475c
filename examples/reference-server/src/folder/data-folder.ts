import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { FolderLock } from './folder-lock.js';
import { PresenceFile, type Presence } from './presence-file.js';

const ANSWERS_WITHIN_MS = 1000;
/** A command of the administration program takes seconds at most. */
const WAIT_FOR_OTHERS_MS = 10_000;
const RETRY_MS = 50;

/** The folder of one server, which has it alone. */
export class DataFolder {
  readonly presence: PresenceFile;
  readonly #path: string;

  constructor(dataDir: string) {
    this.#path = dataDir;
    this.presence = new PresenceFile(dataDir);
  }

  /** Makes it. Throws where it cannot be a folder. */
  async make(): Promise<void> {
    try {
      await mkdir(this.#path, { recursive: true, mode: 0o700 });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`SIDETONE_DATA_DIR "${this.#path}" cannot be used as a folder: ${reason}`, {
        cause: error,
      });
    }
  }

  /**
   * Waits for whoever has it for a moment, and for nobody who serves. Throws then, and where the
   * wait has no end.
   */
  async claim(): Promise<FolderLock> {
    await this.make();
    const untilMs = performance.now() + WAIT_FOR_OTHERS_MS;
    for (;;) {
      const found = await this.lockOrServer();
      if (found instanceof FolderLock) return found;
      if (found !== null) {
        throw new Error(
          `SIDETONE_DATA_DIR "${this.#path}" belongs to the server at ${found.url} (process ${found.pid}); stop it, or choose another folder`,
        );
      }
      if (performance.now() > untilMs) {
        throw new Error(
          `SIDETONE_DATA_DIR "${this.#path}" is held by another program of Sidetone; wait until it has ended, or choose another folder`,
        );
      }
      await pause(RETRY_MS);
    }
  }

  /** The lock, or the server that answers; `null` while one starts or stops, or a command runs. */
  async lockOrServer(): Promise<FolderLock | Presence | null> {
    const lock = this.#take();
    if (lock !== null) return lock;
    const presence = await this.presence.read();
    return presence !== null && (await answers(presence.control)) ? presence : null;
  }

  #take(): FolderLock | null {
    try {
      return FolderLock.take(this.#path);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`SIDETONE_DATA_DIR "${this.#path}" cannot be written to: ${reason}`, {
        cause: error,
      });
    }
  }
}

/** A file of a server that has crashed names a socket behind which there is nobody. */
async function answers(control: string): Promise<boolean> {
  const socket = connect(control);
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
