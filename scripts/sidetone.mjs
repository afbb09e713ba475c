import './require-node.mjs';
import { runScript } from './failure.mjs';
import { setUp } from './setup.mjs';

// In this process for the same reason as in start.mjs, and because passwords come over its stdin.
await runScript(async () => {
  await setUp({ build: true });
  await import(new URL('../examples/reference-server/dist/sidetone.js', import.meta.url).href);
});
