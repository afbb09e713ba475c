import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Settings } from './settings.js';
import { TalkFailure } from './talk-failure.js';

/** The address as given, or of the server that runs from the data folder of this machine. */
export async function findServer({ url, dataDir }: Settings): Promise<string> {
  if (url !== null) return url;
  const file = path.join(dataDir, 'server.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    throw new TalkFailure(
      `no server runs from "${dataDir}"; start one with npm start, or say where it is with --url`,
      2,
    );
  }
  const found = urlIn(text);
  if (found !== null) return found;
  throw new TalkFailure(`"${file}" names no server; say where it is with --url`, 2);
}

function urlIn(text: string): string | null {
  try {
    const { url } = JSON.parse(text) as { readonly url?: unknown };
    return typeof url === 'string' && URL.canParse(url) ? url : null;
  } catch {
    return null;
  }
}
