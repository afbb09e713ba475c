import { EventEmitter } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { readAccountPassword, type Terminal } from '../src/account-password.js';
import { TalkFailure } from '../src/talk-failure.js';

/** Somebody at a terminal, and whether it shows what is typed. */
class Keyboard extends EventEmitter {
  readonly isTTY: boolean;
  readonly modes: string[] = [];

  constructor(isTTY = true) {
    super();
    this.isTTY = isTTY;
  }

  setRawMode(raw: boolean): void {
    this.modes.push(raw ? 'hidden' : 'shown');
  }

  resume(): void {
    this.modes.push('read');
  }

  pause(): void {
    this.modes.push('left');
  }
}

describe('the password of an account', () => {
  let folder: string;
  let keyboard: Keyboard;
  let prompts: PassThrough;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sidetone-password-'));
    keyboard = new Keyboard();
    prompts = new PassThrough();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const around = (env: Record<string, string | undefined> = {}) => ({
    env,
    terminal: { input: keyboard, prompts } as unknown as Terminal,
  });
  const failureOf = async (work: Promise<string>): Promise<string> => {
    try {
      await work;
    } catch (error) {
      if (error instanceof TalkFailure) return error.message;
      throw error;
    }
    return 'nothing';
  };
  const typed = (...pieces: readonly string[]): Promise<string> => {
    const reading = readAccountPassword({ kind: 'terminal' }, around());
    for (const piece of pieces) keyboard.emit('data', Buffer.from(piece));
    return reading;
  };

  it('is asked for without being shown, and the terminal is as before afterwards', async () => {
    expect(await typed('nine ott', 'ersx\u007f', '\r')).to.equal('nine otters');
    expect(String(prompts.read())).to.equal('Password: \n');
    expect(keyboard.modes).to.deep.equal(['hidden', 'read', 'shown', 'left']);
    expect(keyboard.listenerCount('data')).to.equal(0);
  });

  it('is not asked for twice, and Ctrl-C ends it', async () => {
    expect(await failureOf(typed('nine\u0003'))).to.equal('no password was given');
    expect(keyboard.modes.at(-2)).to.equal('shown');
    expect(await failureOf(typed('\r'))).to.equal('the password is empty');
    expect(await failureOf(typed('x'.repeat(9000), '\r'))).to.equal('the password is too long');
  });

  it('comes from the environment, and stays in it for nobody else', async () => {
    const env: Record<string, string | undefined> = { SIDETONE_PASSWORD: 'nine otters' };
    const given = around(env);
    expect(await readAccountPassword({ kind: 'environment' }, given)).to.equal('nine otters');
    expect(env).to.deep.equal({});
  });

  it('is the only line of a file', async () => {
    const file = path.join(folder, 'p');
    const read = (): Promise<string> => readAccountPassword({ kind: 'file', path: file }, around());
    for (const end of ['', '\n', '\r\n']) {
      await writeFile(file, `nine otters${end}`);
      expect(await read()).to.equal('nine otters');
    }
    for (const [text, problem] of [
      ['', /empty/],
      ['two\nlines\n', /one line/],
      ['x'.repeat(100_000), /too long/],
    ] as const) {
      await writeFile(file, text);
      expect(await failureOf(read())).to.match(problem);
    }
    await rm(file);
    expect(await failureOf(read())).to.match(/cannot be read: ENOENT/);
  });

  it('is asked of nobody where there is no terminal', async () => {
    keyboard = new Keyboard(false);
    const reading = readAccountPassword({ kind: 'terminal' }, around());
    expect(await failureOf(reading)).to.match(/set SIDETONE_PASSWORD/);
    expect(keyboard.modes).to.deep.equal([]);
  });
});
