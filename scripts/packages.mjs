import './require-node.mjs';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, runScript } from './failure.mjs';
import { root } from './root.mjs';
import { say } from './say.mjs';
import { setUp } from './setup.mjs';

/** Checks what each package would publish: publint packs it and follows its `exports`. */
await runScript(async () => {
  await setUp({ build: true });
  const { publint } = await import('publint');
  const { formatMessage } = await import('publint/utils');
  let problems = 0;
  for (const name of readdirSync(join(root, 'packages'))) {
    const pkgDir = join(root, 'packages', name);
    const pkg = JSON.parse(readFileSync(join(pkgDir, 'package.json'), 'utf8'));
    const { messages } = await publint({ pkgDir, pack: 'npm', strict: true });
    for (const message of messages) {
      if (message.type === 'suggestion') continue;
      problems += 1;
      say(`${pkg.name}: ${formatMessage(message, pkg) ?? message.code}`);
    }
  }
  if (problems > 0) throw new Failure(`packages: publint found ${problems} problems`);
  say('packages: all can be published');
});
