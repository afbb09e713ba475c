import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/**
 * Where a program is.
 * @param searchPath folders, as in the variable PATH
 * @returns `null` when it is in none of them
 */
export function findProgram(name: string, searchPath: string | undefined): string | null {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  const folders = (searchPath ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder));
  return folders.map((folder) => path.join(folder, file)).find(isExecutable) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
