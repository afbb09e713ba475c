import './require-node.mjs';
import { buildPage } from './build-page.mjs';
import { bundleClient } from './bundle-client.mjs';
import { runTool } from './child.mjs';
import { runScript } from './failure.mjs';
import { root } from './root.mjs';
import { setUp } from './setup.mjs';

await runScript(async () => {
  await setUp({ build: false });
  const args = process.argv.slice(2);
  const code = await runTool('typescript', ['-b', ...args], { command: 'tsc' });
  if (code === 0 && !args.includes('--clean')) {
    await bundleClient(root);
    await buildPage(root);
  }
  return code;
});
