import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../../scripts/root.mjs';

const GUIDE = path.join(root, 'docs', 'guides', 'browser.md');

/** The policy that the guide gives to pages, on a page that may do nothing else. */
export function documentedPolicy(): string {
  const policy = /^script-src .*$/m.exec(readFileSync(GUIDE, 'utf8'))?.[0];
  if (policy === undefined) throw new Error('docs/guides/browser.md has no line with "script-src"');
  return `default-src 'none'; ${policy.replace('wss://your-server', '')}`;
}

/** Somebody's app: it starts what the SDK runs off the main thread, and says how that went. */
const mainOf = (imports: string, options: string): string => `${imports}
import { createClient, guest } from '@sidetone/client-sdk';

const client = createClient({ url: location.origin, authentication: guest('Page')${options} });
client.audio.start().then(
  () => (window.outcome = client.audio.state),
  (error) => (window.outcome = error.code + ': ' + error.message),
);
`;

export interface AppOptions {
  /** Further imports, as source text. */
  readonly imports?: string;
  /** Further options of the client, as source text that begins with a comma. */
  readonly clientOptions?: string;
  /** What the page loads. Default `/main.js`. */
  readonly script?: string;
  /** Between the tags of `head`. */
  readonly head?: string;
}

/** Writes the app into a folder of its own below the one with `node_modules`; answers that folder. */
export function writeApp(installed: string, name: string, options: AppOptions = {}): string {
  const { imports = '', clientOptions = '', script = '/main.js', head = '' } = options;
  const folder = path.join(installed, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module", "private": true }');
  writeFileSync(path.join(folder, 'main.js'), mainOf(imports, clientOptions));
  writeFileSync(path.join(folder, 'index.html'), pageOf(script, head));
  return folder;
}

const pageOf = (script: string, head: string): string =>
  `<!doctype html><html lang="en"><head><title>App</title>${head}</head>` +
  `<body><script type="module" src="${script}"></script></body></html>`;
