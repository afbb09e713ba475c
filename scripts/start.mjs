import './require-node.mjs';
import { runScript } from './failure.mjs';
import { setUp } from './setup.mjs';

// The server runs in this process, not in a child: a signal reaches it whether it is sent to npm alone or to the
// whole process group, and once only.
await runScript(async () => {
  await setUp({ build: true });
  await import(new URL('../examples/reference-server/dist/main.js', import.meta.url).href);
});
