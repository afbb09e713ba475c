import { once } from 'node:events';
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { waitFor } from '@sidetone/testkit';
import { expect } from 'chai';
import { exampleProgram } from '../../scripts/example-program.mjs';
import { WireClient } from '../wire/wire-client.js';

describe('Sidetone inside an Express app', function () {
  this.timeout(60_000);

  let app: ChildProcess;
  let url: string;

  before(async () => {
    app = spawn(process.execPath, exampleProgram('embed-express/src/main.ts'), {
      env: { ...process.env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (!app.stdout) throw new Error('the app has no standard output');
    for await (const line of createInterface({ input: app.stdout })) {
      url = /listening on (\S+)/.exec(line)?.[1] ?? '';
      if (url) break;
    }
  });

  after(async () => {
    if (app.exitCode !== null) return;
    app.kill('SIGKILL');
    await once(app, 'exit');
  });

  const who = async (): Promise<unknown> => (await fetch(`${url}/who`)).json();

  it('answers its own routes, and voice connects beside them on the same port', async () => {
    expect(await who()).to.deep.equal([]);
    const ann = await WireClient.connect(url, 'Ann');
    await ann.openUdp();
    expect(await who()).to.deep.equal(['Ann']);
    await ann.close();
    await waitFor(async () => JSON.stringify(await who()) === '[]');
  });

  it('does in process what a client could do, and clients are told', async () => {
    const ann = await WireClient.connect(url, 'Ann');
    const created = ann.next('channelCreated');
    const response = await fetch(`${url}/nets/Wing`, { method: 'POST' });
    expect(response.status).to.equal(201);
    expect(await created).to.have.nested.property('channel.name', 'Wing');
    await ann.close();
  });

  it('leaves what is not its own to the app', async () => {
    expect((await fetch(`${url}/nowhere`)).status).to.equal(404);
    expect((await fetch(`${url}/voice`)).status).to.be.oneOf([404, 426]);
  });

  it('ends with 0', async () => {
    const exited = once(app, 'exit');
    app.kill('SIGINT');
    expect((await exited)[0]).to.equal(0);
  });
});
