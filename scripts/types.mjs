import './require-node.mjs';
import { runTool } from './child.mjs';
import { runScript } from './failure.mjs';
import { setUp } from './setup.mjs';

// Tests run from their sources through a loader that checks no types, so this is where they are checked.
await runScript(async () => {
  await setUp({ build: false });
  const args = ['-b', 'tsconfig.check.json', ...process.argv.slice(2)];
  return runTool('typescript', args, { command: 'tsc' });
});
