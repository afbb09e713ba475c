import './require-node.mjs';
import { runScript } from './failure.mjs';
import { setUp } from './setup.mjs';

// In this process for the same reason as in start.mjs. Stdout is left to the participant, who may write PCM to it.
await runScript(async () => {
  await setUp({ build: true });
  await import(new URL('../examples/talk/dist/main.js', import.meta.url).href);
});
