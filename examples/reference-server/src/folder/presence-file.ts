import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

export interface Presence {
  /** Where clients reach the server. */
  readonly url: string;
  readonly pid: number;
  /** Socket of the administration program. */
  readonly control: string;
}

/**
 * Says where the server of a data folder listens, as long as it runs: other programs of this
 * machine find it by the folder alone.
 */
export class PresenceFile {
  readonly #file: string;

  constructor(dataDir: string) {
    this.#file = path.join(dataDir, 'server.json');
  }

  async write(url: string, control: string): Promise<void> {
    const presence: Presence = { url, pid: process.pid, control };
    // Renamed, so that nobody reads half of it.
    const draft = `${this.#file}.${process.pid}`;
    await writeFile(draft, `${JSON.stringify(presence)}\n`, { mode: 0o600 });
    await rename(draft, this.#file);
  }

  async remove(): Promise<void> {
    if ((await this.read())?.pid === process.pid) await rm(this.#file, { force: true });
  }

  /** `null` where there is none, or one that no server has written. */
  async read(): Promise<Presence | null> {
    try {
      const { url, pid, control } = JSON.parse(
        await readFile(this.#file, 'utf8'),
      ) as Partial<Presence>;
      if (typeof url !== 'string' || typeof control !== 'string') return null;
      return Number.isInteger(pid) ? { url, pid: pid as number, control } : null;
    } catch {
      return null;
    }
  }
}
