import './require-node.mjs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { weigh } from './byte-budget.mjs';
import { Failure, runScript } from './failure.mjs';
import { root } from './root.mjs';
import { say } from './say.mjs';
import { setUp } from './setup.mjs';

/** Of the SDK on the main thread of a page, after gzip. The rest is loaded beside it, or not at all. */
const ENTRY_LIMIT = 60_000;

/** Weighs what pages load of the SDK, and bounds what they wait for. */
await runScript(async () => {
  await setUp({ build: true });
  const { transform } = await import('esbuild');
  const built = (/** @type {string} */ name) =>
    readFileSync(join(root, 'packages', 'client-sdk', 'dist', name), 'utf8');
  const entry = await transform(built('browser.js'), { minify: true, format: 'esm' });
  const { lines, over } = weigh([
    { name: 'browser.js', what: 'the SDK', code: entry.code, limit: ENTRY_LIMIT },
    { name: 'worker.js', what: 'the Worker, with Opus', code: built('worker.js') },
    { name: 'worklet.js', what: 'the audio worklet', code: built('worklet.js') },
    {
      name: 'inlined.js',
      what: 'both as text, where they cannot be loaded',
      code: built('inlined.js'),
    },
  ]);
  say(`bytes: what a page loads\n${lines.join('\n')}`);
  if (over.length > 0) {
    throw new Failure(
      `bytes: ${over.join(', ')} is over its limit. What a page needs not at once belongs into the Worker, or behind an import().`,
    );
  }
});
