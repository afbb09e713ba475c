import './require-node.mjs';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runChild } from './child.mjs';
import { Failure, runScript } from './failure.mjs';
import { root } from './root.mjs';
import { say } from './say.mjs';
import { setUp } from './setup.mjs';

/** npm run pack -- folder: every package as the tarball that would be published. */
await runScript(async () => {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) {
    throw new Failure('pack: name the folder for the tarballs: npm run pack -- ../my-app/vendor');
  }
  await setUp({ build: true });
  // npm runs a script in the folder of the package; the caller's own is the one that was meant.
  const destination = resolve(process.env.INIT_CWD ?? process.cwd(), folder);
  mkdirSync(destination, { recursive: true });
  const names = readdirSync(join(root, 'packages'));
  const workspaces = names.map((name) => `--workspace=packages/${name}`);
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const code = await runChild(
    npm,
    ['pack', '--silent', '--pack-destination', destination, ...workspaces],
    { shell: process.platform === 'win32' },
  );
  if (code !== 0) throw new Failure(`pack: npm ended with ${code}`);
  const { version } = JSON.parse(readFileSync(join(root, 'lerna.json'), 'utf8'));
  say(`pack: ${names.length} tarballs of version ${version} are in ${destination}`);
});
