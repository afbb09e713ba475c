import './require-node.mjs';
import { runChild } from './child.mjs';
import { Failure, runScript } from './failure.mjs';
import { setUp } from './setup.mjs';

// Runs a TypeScript program from its sources: node scripts/run.mjs bench/main.ts --json
await runScript(async () => {
  const [program, ...args] = process.argv.slice(2);
  if (program === undefined) throw new Failure('Say what to run: node scripts/run.mjs <file.ts>');
  await setUp({ build: true });
  const flags = ['--conditions=@sidetone/source', '--import=tsx'];
  return runChild(process.execPath, [...flags, program, ...args]);
});
