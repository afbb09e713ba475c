import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** Every module that a source file names in an import, an export, an `import()` or an import type. */
export function importsOf(path: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(path, 'utf8'), true, true);
  return importedFiles.map(({ fileName }) => fileName);
}

/** The package of a module name: `ws` of `ws/lib/stream.js`, null for a relative path or one of Node's own. */
export function packageOf(specifier: string): string | null {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return null;
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}
