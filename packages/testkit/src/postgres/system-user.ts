import {
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { testkitError } from '../error/error-codes.js';

/** Who a program runs as; `null`: as we do. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

const NAMES = ['postgres', 'nobody'];

/** PostgreSQL does not run as root. */
export function userForPostgres(): SystemUser | null {
  if (process.getuid?.() !== 0) return null;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of NAMES) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw testkitError(
    'ERR_TESTKIT_POSTGRES',
    `PostgreSQL does not run as root, and there is no user ${NAMES.join(' or ')} to run it as`,
  );
}

/** A fresh folder that belongs to the user, where the user gets to it. */
export function folderFor(user: SystemUser | null): string {
  const candidates = [tmpdir(), '/tmp', '/var/tmp'];
  const parent = user === null ? tmpdir() : candidates.find(isOpenToAll);
  if (parent === undefined) {
    throw testkitError(
      'ERR_TESTKIT_POSTGRES',
      `none of ${candidates.join(', ')} can be reached by the user that PostgreSQL runs as`,
    );
  }
  const folder = mkdtempSync(join(realpathSync(parent), 'sidetone-postgres-'));
  if (user) chownSync(folder, user.uid, user.gid);
  return folder;
}

/** The programs where the user gets to them: there, or a copy of the package they are part of. */
export function programsFor(user: SystemUser | null, programs: string, folder: string): string {
  if (user === null || isOpenToAll(programs)) return programs;
  const copy = join(folder, 'native');
  cpSync(dirname(programs), copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, 'bin');
}

function isOpenToAll(folder: string): boolean {
  if (!existsSync(folder)) return false;
  for (let path = realpathSync(folder); ; path = dirname(path)) {
    if ((statSync(path).mode & 0o001) === 0) return false;
    if (path === dirname(path)) return true;
  }
}
