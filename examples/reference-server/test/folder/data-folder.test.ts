import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { DataFolder } from '../../src/folder/data-folder.js';
import { FolderLock } from '../../src/folder/folder-lock.js';

describe('DataFolder', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'sidetone-folder-'));
  });

  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it('is held by one at a time, and by the next when it was given back', async () => {
    const lock = await new DataFolder(dataDir).claim();
    expect(FolderLock.take(dataDir)).to.equal(null);
    lock.release();
    const next = FolderLock.take(dataDir);
    expect(next).to.be.instanceOf(FolderLock);
    next?.release();
  });

  it('waits for whoever holds it for a moment', async () => {
    const folder = new DataFolder(dataDir);
    const first = await folder.claim();
    const second = folder.claim();
    first.release();
    (await second).release();
  });

  it('refuses at once where a server answers, and says which', async () => {
    const folder = new DataFolder(dataDir);
    const lock = await folder.claim();
    const control = path.join(dataDir, 'control.sock');
    const server = createServer().listen(control);
    await once(server, 'listening');
    await folder.presence.write('http://127.0.0.1:1', control);
    try {
      await folder.claim();
      expect.fail('it was not refused');
    } catch (error) {
      expect(String(error)).to.match(/belongs to the server at http:\/\/127\.0\.0\.1:1 \(process/);
    } finally {
      server.close();
      lock.release();
    }
  });

  it('is free again when its holder was killed, whatever it has left', async () => {
    const holder = spawn(
      process.execPath,
      [
        '-e',
        `const Database = require('better-sqlite3');
         new Database(process.argv[1] + '/lock', { timeout: 0 }).exec('BEGIN EXCLUSIVE');
         console.log('held'); setInterval(() => {}, 1000);`,
        dataDir,
      ],
      {
        cwd: path.dirname(new URL(import.meta.url).pathname),
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await once(holder.stdout, 'data');
    expect(FolderLock.take(dataDir)).to.equal(null);
    const presence = {
      url: 'http://127.0.0.1:1',
      pid: holder.pid,
      control: `${dataDir}/gone.sock`,
    };
    await writeFile(path.join(dataDir, 'server.json'), JSON.stringify(presence));
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    (await new DataFolder(dataDir).claim()).release();
  });
});
