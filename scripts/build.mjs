import './require-node.mjs';
import { runTool } from './child.mjs';
import { runScript } from './failure.mjs';
import { setUp } from './setup.mjs';

await runScript(async () => {
  await setUp({ build: false });
  return runTool('typescript', ['-b', ...process.argv.slice(2)], { command: 'tsc' });
});
