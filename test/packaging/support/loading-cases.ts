import path from 'node:path';
import { expect } from 'chai';
import { documentedPolicy, writeApp } from './app.js';
import type { PageServer } from './file-server.js';
import { serveViteBuild, serveViteDev, type ViteVersion } from './vite-app.js';
import type { Visit, Visitor } from './visitor.js';

/** Where the SDK is installed, and who looks at the pages. */
export interface Workshop {
  readonly installed: string;
  readonly visitor: Visitor;
}

/** Visits the start page of a server, which is closed then. */
export async function visitOnce(visitor: Visitor, server: PageServer): Promise<Visit> {
  try {
    return await visitor.visit(server.url);
  } finally {
    await server.close();
  }
}

/** Whether the page had to load the copy of both files that is text. */
export function tookInlined({ requests }: Visit): boolean {
  return requests.some((request) => path.basename(request).includes('inlined'));
}

export async function expectViteBuild(
  { installed, visitor }: Workshop,
  version: ViteVersion,
): Promise<void> {
  const app = writeApp(installed, `vite${version}-build`);
  const visit = await visitOnce(visitor, await serveViteBuild(version, app, documentedPolicy()));
  expect(visit.outcome).to.equal('running');
  expect(tookInlined(visit), visit.requests.join(' ')).to.equal(false);
}

/** As Vite comes: up to version 7 it moves the SDK away from its files, and the copy steps in. */
export async function expectViteDev(
  { installed, visitor }: Workshop,
  version: ViteVersion,
): Promise<void> {
  const app = writeApp(installed, `vite${version}-dev`);
  const visit = await visitOnce(visitor, await serveViteDev(version, app));
  expect(visit.outcome).to.equal('running');
  if (version < 8) expect(tookInlined(visit), visit.requests.join(' ')).to.equal(true);
}

/** Told to leave the SDK where it is, Vite serves the files themselves. */
export async function expectViteDevWithFiles(
  { installed, visitor }: Workshop,
  version: ViteVersion,
): Promise<void> {
  const app = writeApp(installed, `vite${version}-dev-files`);
  const server = await serveViteDev(version, app, { leaveSdk: true });
  const visit = await visitOnce(visitor, server);
  expect(visit.outcome).to.equal('running');
  expect(tookInlined(visit), visit.requests.join(' ')).to.equal(false);
}

/** With URLs that Vite gives to an app that asks for them. */
export async function expectViteUrls(
  { installed, visitor }: Workshop,
  version: ViteVersion,
): Promise<void> {
  const app = writeApp(installed, `vite${version}-urls`, {
    imports:
      "import workerUrl from '@sidetone/client-sdk/worker.js?url';\n" +
      "import workletUrl from '@sidetone/client-sdk/worklet.js?url';",
    clientOptions: ', assets: { workerUrl, workletUrl }',
  });
  const built = await serveViteBuild(version, app, documentedPolicy());
  for (const server of [built, await serveViteDev(version, app)]) {
    const visit = await visitOnce(visitor, server);
    expect(visit.outcome).to.equal('running');
    expect(tookInlined(visit), visit.requests.join(' ')).to.equal(false);
  }
}
