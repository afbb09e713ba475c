import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { isClientBundled } from '../../../scripts/bundle-client.mjs';
import { root } from '../../../scripts/root.mjs';

const run = promisify(execFile);

/** What an app gets with the SDK that is ours. */
const OURS = ['client-sdk', 'protocol', 'opus-wasm'];

/**
 * Puts the SDK into `node_modules` of a folder as npm would, from the tarballs that would be published; what it depends
 * on comes from our own `node_modules`, so that no registry is asked.
 */
export async function installPackedSdk(folder: string): Promise<void> {
  if (!isClientBundled(root)) throw new Error('The SDK is not built; run "npm run build".');
  // Development servers hand out what is below the top of a workspace, and nothing else.
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true, "workspaces": ["*"] }');
  const { stdout } = await run(
    process.platform === 'win32' ? 'npm.cmd' : 'npm',
    [
      'pack',
      '--json',
      '--pack-destination',
      folder,
      ...OURS.map((name) => `--workspace=packages/${name}`),
    ],
    { cwd: root, shell: process.platform === 'win32' },
  );
  for (const { filename, name } of packed(stdout)) {
    const target = path.join(folder, 'node_modules', name);
    mkdirSync(target, { recursive: true });
    await run('tar', ['-xzf', path.join(folder, filename), '-C', target, '--strip-components=1']);
    for (const dependency of dependenciesOf(target)) install(dependency, folder);
  }
}

interface PackedFile {
  readonly filename: string;
  readonly name: string;
}

/** npm has answered with a list and, since version 12, with a table by name. */
function packed(stdout: string): PackedFile[] {
  const answer = JSON.parse(stdout) as PackedFile[] | Record<string, PackedFile>;
  return (Array.isArray(answer) ? answer : Object.values(answer)).map(({ filename, name }) => ({
    // Some versions write a slash where the file has a dash.
    filename: filename.replace('@', '').replace('/', '-'),
    name,
  }));
}

function install(name: string, folder: string): void {
  const target = path.join(folder, 'node_modules', name);
  if (name.startsWith('@sidetone/') || existsSync(target)) return;
  cpSync(path.join(root, 'node_modules', name), target, { recursive: true, dereference: true });
  for (const dependency of dependenciesOf(target)) install(dependency, folder);
}

function dependenciesOf(packageFolder: string): string[] {
  const manifest = JSON.parse(readFileSync(path.join(packageFolder, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  return Object.keys(manifest.dependencies ?? {});
}
