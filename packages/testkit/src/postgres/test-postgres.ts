import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync, chownSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { testkitError } from '../error/error-codes.js';
import { waitFor } from '../wait/wait-for.js';
import { findPostgres } from './find-postgres.js';
import { runSql } from './run-sql.js';
import { SupervisedProcess } from './supervised-process.js';
import { folderFor, programsFor, userForPostgres, type SystemUser } from './system-user.js';

export interface StartPostgresOptions {
  /** Settings of postgresql.conf, over those that make tests quick. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface TestDatabase {
  readonly name: string;
  /** With user and password, those of a superuser. */
  readonly url: string;
  /** Ends all connections to it and deletes it. */
  drop(): Promise<void>;
}

/**
 * A real PostgreSQL, started for tests, on a free port of 127.0.0.1. It does not outlive this
 * process, however that ends, and does not keep it alive. It writes without waiting for the disk.
 */
export interface TestPostgres {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** A fresh database: empty, or a copy of the one named `template`, to which nobody is connected. */
  createDatabase(options?: { readonly template?: string }): Promise<TestDatabase>;
  /** Ends it at once, as a crash does; everything confirmed is there again after `start`. */
  stop(): Promise<void>;
  /** On the same port. */
  start(): Promise<void>;
  /** Ends it and deletes all of it. Idempotent. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const USER = 'sidetone_test';
const START_MS = 30_000;
const PORT_ATTEMPTS = 5;

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: HOST,
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '32MB',
  fsync: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
};

/** Rejects with `ERR_TESTKIT_POSTGRES`, whose message says what to install, or what went wrong. */
export async function startPostgres(options: StartPostgresOptions = {}): Promise<TestPostgres> {
  const user = userForPostgres();
  const folder = folderFor(user);
  try {
    const programs = programsFor(user, findPostgres(), folder);
    const password = randomBytes(16).toString('hex');
    initialize(programs, folder, user, password);
    return await LocalPostgres.start({ ...options, programs, folder, user, password });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function initialize(
  programs: string,
  folder: string,
  user: SystemUser | null,
  password: string,
): void {
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user) chownSync(passwordFile, user.uid, user.gid);
  const args = ['-D', join(folder, 'data'), '-U', USER, '--pwfile', passwordFile];
  const quick = ['--auth=password', '--encoding=UTF8', '--locale=C', '--no-sync'];
  const { status, stderr, error } = spawnSync(join(programs, 'initdb'), [...args, ...quick], {
    cwd: folder,
    env: { LC_ALL: 'C', PATH: process.env.PATH },
    encoding: 'utf8',
    ...user,
  });
  if (status === 0) return;
  throw testkitError('ERR_TESTKIT_POSTGRES', `initdb failed: ${stderr || String(error)}`);
}

interface LocalPostgresParts extends StartPostgresOptions {
  readonly programs: string;
  readonly folder: string;
  readonly user: SystemUser | null;
  readonly password: string;
}

class LocalPostgres implements TestPostgres {
  readonly host = HOST;
  readonly user = USER;
  readonly port: number;
  readonly password: string;
  readonly #parts: LocalPostgresParts;
  #process: SupervisedProcess | null = null;
  #databases = 0;

  private constructor(parts: LocalPostgresParts, port: number) {
    this.#parts = parts;
    this.password = parts.password;
    this.port = port;
  }

  /** Somebody else may take the port between the moment it is found and the moment it is bound. */
  static async start(parts: LocalPostgresParts): Promise<LocalPostgres> {
    for (let attempt = 1; ; attempt++) {
      const postgres = new LocalPostgres(parts, await freePort());
      try {
        await postgres.start();
        return postgres;
      } catch (error) {
        if (attempt === PORT_ATTEMPTS) throw error;
      }
    }
  }

  async createDatabase({ template }: { readonly template?: string } = {}): Promise<TestDatabase> {
    this.#databases += 1;
    const name = `test_${process.pid}_${this.#databases}`;
    const like = template === undefined ? '' : ` template "${template}"`;
    await runSql(this.#url('postgres'), `create database "${name}"${like}`);
    return {
      name,
      url: this.#url(name),
      drop: () => runSql(this.#url('postgres'), `drop database if exists "${name}" with (force)`),
    };
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
    this.#process = null;
  }

  async start(): Promise<void> {
    if (this.#process) return;
    const { programs, folder, user } = this.#parts;
    const settings = { ...SETTINGS, ...this.#parts.settings, port: String(this.port) };
    rmSync(join(folder, 'data', 'postmaster.pid'), { force: true });
    const process = new SupervisedProcess({
      command: join(programs, 'postgres'),
      args: [
        '-D',
        join(folder, 'data'),
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      cwd: folder,
      user,
      logFile: join(folder, 'log'),
      folder,
    });
    try {
      await waitFor(() => !process.running || this.#isReady(), { timeoutMs: START_MS });
      if (!this.#isReady()) throw new Error('it ended');
    } catch (error) {
      const words = this.#lastWords();
      await process.stop();
      throw testkitError('ERR_TESTKIT_POSTGRES', `PostgreSQL did not start: ${words}`, {
        cause: error,
      });
    }
    this.#process = process;
  }

  async close(): Promise<void> {
    await this.#process?.remove();
    this.#process = null;
    rmSync(this.#parts.folder, { recursive: true, force: true });
  }

  /** The eighth line of its lock file is the state (PostgreSQL's `miscadmin.h`). */
  #isReady(): boolean {
    const path = join(this.#parts.folder, 'data', 'postmaster.pid');
    return existsSync(path) && readFileSync(path, 'utf8').split('\n')[7]?.trim() === 'ready';
  }

  #lastWords(): string {
    const path = join(this.#parts.folder, 'log');
    return existsSync(path) ? readFileSync(path, 'utf8').slice(-2_000).trim() : 'it said nothing';
  }

  #url(database: string): string {
    return `postgres://${USER}:${this.password}@${HOST}:${this.port}/${database}`;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
