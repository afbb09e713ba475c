import './require-node.mjs';
import { runTool } from './child.mjs';
import { runScript } from './failure.mjs';
import { setUp } from './setup.mjs';

await runScript(async () => {
  await setUp({ build: false });
  const args = process.argv.slice(2);
  const mode = args.includes('--check') ? [] : ['--write', '--list-different'];
  const named = args.some((arg) => !arg.startsWith('-'));
  return runTool('prettier', [...mode, ...args, ...(named ? [] : ['.'])]);
});
