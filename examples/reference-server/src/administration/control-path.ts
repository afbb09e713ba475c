import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';

/** `sun_path` of unix(7) less its end; other systems have as much or a little less. */
const MAX_SOCKET_PATH_BYTES = 103;

/**
 * Where the administration program reaches the server of a data folder: a socket in it. Where the
 * path is too long for one, and on Windows, a name is made of the path of the folder.
 */
export function controlPath(dataDir: string, platform: NodeJS.Platform = process.platform): string {
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 32);
  if (platform === 'win32') return `\\\\.\\pipe\\sidetone-${name}`;
  const inFolder = path.join(dataDir, 'control.sock');
  if (Buffer.byteLength(inFolder) <= MAX_SOCKET_PATH_BYTES) return inFolder;
  return path.join(os.tmpdir(), `sidetone-${name}.sock`);
}
