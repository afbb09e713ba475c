import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Writes files into a fresh folder, gives it to the work, and removes it. An object is written as JSON. */
export async function withFolder(
  files: Readonly<Record<string, string | object>>,
  work: (root: string) => unknown,
): Promise<void> {
  const root = mkdtempSync(join(realpathSync(tmpdir()), 'sidetone-fixture-'));
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      const text = typeof content === 'string' ? content : JSON.stringify(content);
      writeFileSync(join(root, path), text);
    }
    await work(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
