import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  expectViteBuild,
  expectViteDev,
  expectViteDevWithFiles,
  expectViteUrls,
  type Workshop,
} from '../packaging/support/loading-cases.js';
import { installPackedSdk } from '../packaging/support/packed-sdk.js';
import { Visitor } from '../packaging/support/visitor.js';

describe('The packed SDK in a page', function () {
  this.timeout(120_000);

  let workshop: Workshop;

  before(async () => {
    const installed = await mkdtemp(path.join(os.tmpdir(), 'sidetone-packed-'));
    await installPackedSdk(installed);
    workshop = { installed, visitor: await Visitor.launch() };
  });

  after(async () => {
    await workshop?.visitor.close();
    if (workshop) await rm(workshop.installed, { recursive: true, force: true });
  });

  for (const version of [5, 6, 7, 8] as const) {
    it(`finds its files in a build of Vite ${version}, under the policy of the guide`, async () => {
      await expectViteBuild(workshop, version);
    });

    it(`runs in the development server of Vite ${version}`, async () => {
      await expectViteDev(workshop, version);
    });

    it(`finds its files in the development server of Vite ${version} that leaves it alone`, async () => {
      await expectViteDevWithFiles(workshop, version);
    });

    it(`takes the URLs of its files from Vite ${version}`, async () => {
      await expectViteUrls(workshop, version);
    });
  }
});
