import { join, posix } from 'node:path';
import { importsOf, packageOf } from './imports.js';
import { filesBelow, workspacesIn, type Workspace } from './workspace.js';

const PLUGIN = ['core', 'protocol', 'sql-stores'];

/** What each package may use of ours when it runs. What it uses in its tests is free. */
export const allowedDependencies: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  core: ['protocol'],
  testkit: ['core', 'protocol'],
  'opus-wasm': ['protocol'],
  'plugin-opus': ['opus-wasm', 'protocol'],
  'client-sdk': ['opus-wasm', 'protocol'],
  'sql-stores': ['core', 'protocol'],
  loadtest: ['client-sdk'],
  'plugin-http': PLUGIN,
  'plugin-websocket': PLUGIN,
  'plugin-udp': PLUGIN,
  'plugin-password': PLUGIN,
  'plugin-token': PLUGIN,
  'plugin-acl': PLUGIN,
  'plugin-sqlite': PLUGIN,
  'plugin-postgres': PLUGIN,
  'plugin-tls': PLUGIN,
};

const SCOPE = '@sidetone/';

/** Sentences about what breaks the rule below a root; none when all is well. */
export function dependencyProblems(root: string): string[] {
  return workspacesIn(root, 'packages').flatMap((workspace) => [
    ...manifestProblems(workspace),
    ...importProblems(root, workspace),
  ]);
}

function manifestProblems({ folder, manifest }: Workspace): string[] {
  const allowed = allowedDependencies[posix.basename(folder)];
  if (allowed === undefined) {
    return [
      `${folder} is not in the table of test/repository/dependency-rule.ts: add what it may use`,
    ];
  }
  const problems: string[] = [];
  for (const kind of ['dependencies', 'peerDependencies'] as const) {
    for (const name of Object.keys(manifest[kind] ?? {})) {
      if (!name.startsWith(SCOPE)) continue;
      const short = name.slice(SCOPE.length);
      if (!allowed.includes(short)) problems.push(`${folder} may not depend on ${name} (${kind})`);
      if (allowed === PLUGIN && (short === 'core') !== (kind === 'peerDependencies')) {
        problems.push(
          `${folder} is a plugin: core is a peer, and only core (${name} is in ${kind})`,
        );
      }
    }
  }
  return problems;
}

function importProblems(root: string, { folder, manifest }: Workspace): string[] {
  const declared = new Set([
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.peerDependencies ?? {}),
  ]);
  const problems: string[] = [];
  for (const file of filesBelow(root, `${folder}/src`, /\.ts$/)) {
    for (const specifier of importsOf(join(root, file))) {
      const name = packageOf(specifier);
      if (name !== null && !declared.has(name)) {
        problems.push(`${file} imports "${specifier}", which its package.json does not declare`);
      }
      if (name === null && leaves(folder, file, specifier)) {
        problems.push(`${file} imports "${specifier}" from outside of its src folder`);
      }
    }
  }
  return problems;
}

function leaves(folder: string, file: string, specifier: string): boolean {
  if (!specifier.startsWith('.')) return false;
  return !posix.join(posix.dirname(file), specifier).startsWith(`${folder}/src/`);
}
