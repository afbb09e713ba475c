import path from 'node:path';
import Database from 'better-sqlite3';

/**
 * Holds a data folder for one process. SQLite locks through the system, which gives the lock back
 * however the process ends: nothing stale is ever left, and nobody has to guess from a number
 * whether its holder still lives.
 */
export class FolderLock {
  readonly #database: Database.Database;

  private constructor(database: Database.Database) {
    this.#database = database;
  }

  /** `null` when somebody else has it. Throws where the folder cannot be written to. */
  static take(folder: string): FolderLock | null {
    const database = new Database(path.join(folder, 'lock'), { timeout: 0 });
    try {
      database.exec('BEGIN EXCLUSIVE');
      return new FolderLock(database);
    } catch (error) {
      database.close();
      if ((error as { readonly code?: unknown }).code === 'SQLITE_BUSY') return null;
      throw error;
    }
  }

  /** Idempotent. */
  release(): void {
    this.#database.close();
  }
}
