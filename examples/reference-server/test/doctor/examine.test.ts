import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Roles } from '@sidetone/plugin-acl';
import { expect } from 'chai';
import { loadSettings } from '../../src/config/load-settings.js';
import type { Check } from '../../src/doctor/check.js';
import { checkClock, checkNode, checkUdpBuffers } from '../../src/doctor/check-machine.js';
import { examine } from '../../src/doctor/examine.js';
import { showExamination } from '../../src/doctor/show-examination.js';
import { createCore } from '../../src/server/create-reference-server.js';

describe('the doctor', function () {
  this.timeout(20_000);
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'sidetone-doctor-'));
  });

  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  const found = async (env: Record<string, string>): Promise<ReadonlyMap<string, Check>> => {
    const { checks } = await examine({ SIDETONE_DATA_DIR: dataDir, SIDETONE_PORT: '0', ...env });
    return new Map(checks.map((check) => [check.name, check]));
  };

  it('finds nothing wrong with a fresh folder, and makes nothing there but its lock', async () => {
    const checks = await found({});
    const failures = [...checks.values()].filter(({ verdict }) => verdict === 'failed');
    expect(failures).to.deep.equal([]);
    expect(checks.get('database')?.found).to.match(/not there yet/);
  });

  it('names every problem of the configuration with its line', async () => {
    await writeFile(path.join(dataDir, 'sidetone.yaml'), 'listen:\n  prot: 1\n');
    const checks = await found({});
    expect(checks.get('configuration')).to.include({ verdict: 'failed' });
    expect(checks.get('configuration')?.found).to.match(/^line 2: "listen.prot" is unknown/);
    expect(checks.get('database')?.verdict).to.equal('unknown');
  });

  it('says what to do about a folder that others may read, or that is a file', async () => {
    await chmod(dataDir, 0o755);
    expect((await found({})).get('data folder')).to.include({
      verdict: 'warning',
      advice: `chmod 700 "${dataDir}"`,
    });
    const file = path.join(dataDir, 'file');
    await writeFile(file, '');
    expect((await found({ SIDETONE_DATA_DIR: file })).get('data folder')?.verdict).to.equal(
      'failed',
    );
  });

  it('says which organizations nobody administers', async () => {
    const env = { SIDETONE_DATA_DIR: dataDir, SIDETONE_LOG: 'silent' };
    const { server } = createCore(await loadSettings(env));
    await server.start();
    const { id } = await server.users.create({ name: 'ann' });
    const roles = server.get(Roles).organization(server.organization().id);
    await roles.assign((await roles.find('Admin'))?.id ?? '', id);
    await server.organizations.create({ name: 'Blue' });
    await server.stop();
    const check = (await found({})).get('organizations');
    expect(check).to.include({ verdict: 'warning', found: 'nobody administers "Blue"' });
    expect(check?.advice).to.include('role grant');
  });

  it('says that a port is taken', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const port = String((holder.address() as AddressInfo).port);
    const check = (await found({ SIDETONE_PORT: port })).get('tcp port');
    holder.close();
    expect(check).to.include({ verdict: 'failed', found: `${port} is taken` });
    expect(check?.advice).to.include('SIDETONE_PORT');
  });

  it('says that a database is none, and that one does not answer, without its password', async () => {
    await writeFile(path.join(dataDir, 'sidetone.db'), 'this is no database '.repeat(100));
    expect((await found({})).get('database')?.verdict).to.equal('failed');
    const gone = await found({ SIDETONE_DATABASE_URL: 'postgres://u:canary-1@127.0.0.1:1/voice' });
    expect(gone.get('database')?.verdict).to.equal('failed');
    expect(JSON.stringify([...gone])).to.not.include('canary');
  });

  it('says that a host which others reach wants TLS', async () => {
    const check = (await found({ SIDETONE_HOST: '0.0.0.0' })).get('listen.host');
    expect(check?.verdict).to.equal('failed');
  });

  it('knows old versions of Node, clocks that were never set, and small buffers', async () => {
    expect(checkNode('20.18.9').verdict).to.equal('failed');
    expect(checkNode('22.0.0').verdict).to.equal('good');
    expect(checkClock(0).verdict).to.equal('failed');
    expect(['good', 'warning']).to.include((await checkUdpBuffers()).verdict);
  });

  it('shows a line for each, with what to do below', async () => {
    const text = showExamination({
      checks: [
        { name: 'node', verdict: 'good', found: 'Node 20.19.0' },
        { name: 'tcp port', verdict: 'failed', found: '1 is taken', advice: 'stop it' },
      ],
    });
    expect(text.split('\n')).to.deep.equal([
      'good     node      Node 20.19.0',
      'FAILED   tcp port  1 is taken',
      '                   -> stop it',
      '1 to be mended.',
    ]);
  });
});
