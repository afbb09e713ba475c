import './require-node.mjs';
import { runTool } from './child.mjs';
import { runScript } from './failure.mjs';
import { say } from './say.mjs';
import { matchingSpecs } from './specs.mjs';
import { setUp } from './setup.mjs';

// What the README promises, measured on the built server: counts exactly, times at three times the figure.
await runScript(async () => {
  await setUp({ build: true });
  const specs = matchingSpecs(['test/promises']);
  if (specs.length === 0) {
    say('promises: test/promises holds no test yet');
    return 0;
  }
  return runTool('mocha', [...specs, ...process.argv.slice(2)]);
});
