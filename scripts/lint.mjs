import './require-node.mjs';
import { runTool } from './child.mjs';
import { runScript } from './failure.mjs';
import { setUp } from './setup.mjs';

await runScript(async () => {
  await setUp({ build: false });
  const args = process.argv.slice(2);
  const named = args.some((arg) => !arg.startsWith('-'));
  return runTool('eslint', [...(named ? [] : ['.']), '--max-warnings=0', ...args]);
});
