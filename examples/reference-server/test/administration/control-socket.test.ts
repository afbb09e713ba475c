import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createRecordingLogger, waitFor } from '@sidetone/testkit';
import { expect } from 'chai';
import { askServer } from '../../src/administration/control-client.js';
import { controlPath } from '../../src/administration/control-path.js';
import { ControlSocket, type RunRequest } from '../../src/administration/control-socket.js';
import { MAX_REQUEST_BYTES } from '../../src/administration/json-rpc.js';
import { CommandFailure } from '../../src/command/command-failure.js';
import { refusal } from '../support/test-administration.js';

describe('the socket of the administration program', () => {
  let folder: string;
  let control: ControlSocket;
  let run: RunRequest;
  const log = createRecordingLogger();
  const nothing = (): Promise<void> => Promise.resolve();

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sidetone-control-'));
    control = new ControlSocket(controlPath(folder), (...given) => run(...given), log);
    run = async (params) => ({ asked: params });
    await control.open();
  });

  afterEach(async () => {
    await control.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** As somebody else would who has opened the socket. */
  const opened = async (): Promise<{ socket: Socket; text: () => string }> => {
    const socket = connect(control.path);
    let text = '';
    socket.on('data', (data: Buffer) => (text += data.toString()));
    await once(socket, 'connect');
    return { socket, text: () => text };
  };

  it('answers what was asked', async () => {
    expect(await askServer(control.path, { a: 1 }, nothing)).to.deep.equal({ asked: { a: 1 } });
  });

  it('is for its owner alone', async () => {
    expect(((await stat(control.path)).mode & 0o777).toString(8)).to.equal('600');
  });

  it('takes the place of what a crash has left, and goes with the server', async () => {
    await control.close();
    await writeFile(control.path, '');
    control = new ControlSocket(control.path, run, log);
    await control.open();
    expect(await askServer(control.path, 1, nothing)).to.deep.equal({ asked: 1 });
    await control.close();
    expect((await refusal(askServer(control.path, 1, nothing))).code).to.equal('UNREACHABLE');
  });

  it('brings output in order before the answer', async () => {
    run = async (_params, output) => {
      for (let index = 0; index < 100; index += 1) await output(`${index} `.repeat(1000));
      return 'done';
    };
    const pieces: string[] = [];
    const result = await askServer(control.path, null, async (text) => void pieces.push(text));
    expect(result).to.equal('done');
    expect(pieces.map((text) => parseInt(text, 10))).to.deep.equal([...Array(100).keys()]);
  });

  it('says why something was refused, and of what failed only that it did', async () => {
    run = () => Promise.reject(new CommandFailure('NOT_FOUND', 'there is no "x"'));
    expect(await refusal(askServer(control.path, null, nothing))).to.deep.equal({
      code: 'NOT_FOUND',
      message: 'there is no "x"',
    });
    run = () => Promise.reject(new Error('canary-password'));
    const { code, message } = await refusal(askServer(control.path, null, nothing));
    expect(code).to.equal('INTERNAL_ERROR');
    expect(message).to.not.include('canary');
  });

  it('answers several requests of one connection one after another', async () => {
    const { socket, text } = await opened();
    let running = 0;
    run = async (params) => {
      expect((running += 1)).to.equal(1);
      await nothing();
      running -= 1;
      return params;
    };
    const line = (id: number): string =>
      `${JSON.stringify({ jsonrpc: '2.0', id, method: 'run', params: id })}\n`;
    socket.write(line(1) + line(2) + line(3));
    await waitFor(() => text().split('\n').length === 4, { describe: text });
    const ids = text()
      .trim()
      .split('\n')
      .map((each) => (JSON.parse(each) as { id: number }).id);
    expect(ids).to.deep.equal([1, 2, 3]);
    socket.destroy();
  });

  it('answers what is no request with an error, and goes on', async () => {
    const { socket, text } = await opened();
    socket.write('{"jsonrpc":"1.0"}\nnonsense\n');
    await waitFor(() => text().split('\n').length === 3, { describe: text });
    expect(text().match(/"code":-32600/g)).to.have.lengthOf(2);
    socket.destroy();
  });

  it('hangs up on who sends a line that is too long', async () => {
    const { socket, text } = await opened();
    const closed = once(socket, 'close');
    socket.on('error', () => undefined);
    socket.write('x'.repeat(MAX_REQUEST_BYTES + 1));
    await closed;
    expect(text()).to.equal('');
  });

  it('stops what nobody reads any more', async () => {
    let ended: unknown = null;
    run = async (_params, output) => {
      try {
        for (;;) await output('x'.repeat(65_536));
      } catch (error) {
        ended = error;
        throw error;
      }
    };
    const { socket } = await opened();
    socket.write('{"jsonrpc":"2.0","id":1,"method":"run","params":null}\n');
    await once(socket, 'data');
    socket.destroy();
    await waitFor(() => ended !== null);
  });
});

describe('controlPath', () => {
  it('is in the data folder, and elsewhere where that would be too long', () => {
    expect(controlPath('/srv/sidetone', 'linux')).to.equal('/srv/sidetone/control.sock');
    const deep = controlPath(`/${'deep/'.repeat(40)}`, 'linux');
    expect(deep.length).to.be.at.most(103);
    expect(deep).to.not.equal(controlPath(`/${'deep/'.repeat(41)}`, 'linux'));
    expect(controlPath('C:\\sidetone', 'win32')).to.match(/^\\\\\.\\pipe\\sidetone-[0-9a-f]{32}$/);
  });
});
