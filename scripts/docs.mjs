import './require-node.mjs';
import { runChild } from './child.mjs';
import { runScript } from './failure.mjs';
import { setUp } from './setup.mjs';

// Writes the pages of docs/reference again from what the code says; test/docs compares them.
await runScript(async () => {
  await setUp({ build: false });
  const flags = ['--conditions=@sidetone/source', '--import=tsx'];
  return runChild(process.execPath, [...flags, 'scripts/docs/main.ts']);
});
