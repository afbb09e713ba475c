import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../../scripts/lock.mjs';
import { withFolder } from '../repository/fixture.js';

const ignore = () => undefined;

describe('the lock of the set-up', () => {
  it('lets one at a time work, and tells the others whom they wait for', async () => {
    await withFolder({}, async (root) => {
      const path = join(root, 'lock');
      const events: string[] = [];
      const work = (name: string) =>
        withLock(
          path,
          (holder: string) => events.push(`${name} waits for ${holder}`),
          async () => {
            events.push(`${name} begins`);
            await new Promise((resolve) => setImmediate(resolve));
            events.push(`${name} ends`);
          },
        );
      await Promise.all([work('first'), work('second')]);
      expect(events).to.deep.equal([
        'first begins',
        `second waits for ${process.pid}`,
        'first ends',
        'second begins',
        'second ends',
      ]);
    });
  });

  it('is released when the work fails', async () => {
    await withFolder({}, async (root) => {
      const path = join(root, 'lock');
      const failed = await withLock(path, ignore, () => Promise.reject(new Error('no'))).catch(
        (error: Error) => error.message,
      );
      expect(failed).to.equal('no');
      expect(existsSync(path)).to.equal(false);
    });
  });

  it('is taken over from a process that died with it', async () => {
    await withFolder({}, async (root) => {
      const path = join(root, 'lock');
      const { pid } = spawnSync(process.execPath, ['--version']);
      writeFileSync(path, String(pid));
      expect(await withLock(path, ignore, async () => 'done')).to.equal('done');
      expect(existsSync(path)).to.equal(false);
    });
  });
});
