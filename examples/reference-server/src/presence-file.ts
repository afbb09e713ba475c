import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Says where the server of a data folder listens, as long as it runs: other programs of this
 * machine find it by the folder alone.
 */
export async function writePresence(dataDir: string, url: string): Promise<() => Promise<void>> {
  const file = path.join(dataDir, 'server.json');
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await writeFile(file, `${JSON.stringify({ url, pid: process.pid })}\n`, { mode: 0o600 });
  return () => rm(file, { force: true });
}
