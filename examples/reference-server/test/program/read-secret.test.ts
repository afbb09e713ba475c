import { PassThrough, Readable } from 'node:stream';
import { expect } from 'chai';
import { readNewPassword, type Terminal } from '../../src/program/read-secret.js';
import { refusal } from '../support/test-administration.js';

/** A keyboard that types each line when it is asked for it, and what the screen shows. */
function typing(...lines: readonly string[]): Terminal & { shown: () => string; raw: boolean[] } {
  const waiting = [...lines];
  const input = new PassThrough();
  const raw: boolean[] = [];
  const setRawMode = (mode: boolean): void => void raw.push(mode);
  let shown = '';
  const prompts = new PassThrough();
  prompts.on('data', (data: Buffer) => {
    shown += data.toString();
    if (!data.toString().endsWith(': ')) return;
    expect(raw.at(-1), 'it asks before it hides what is typed').to.equal(true);
    input.write(waiting.shift() ?? '');
  });
  return {
    input: Object.assign(input, { isTTY: true, setRawMode }) as unknown as NodeJS.ReadStream,
    prompts,
    shown: () => shown,
    raw,
  };
}

function piped(...pieces: readonly string[]): Terminal {
  return { input: Readable.from(pieces) as NodeJS.ReadStream, prompts: new PassThrough() };
}

describe('readNewPassword', () => {
  it('asks twice in a terminal, and shows nothing of what is typed', async () => {
    const terminal = typing('four sleepy herons\r', 'four sleepy herons\r');
    expect(await readNewPassword(terminal)).to.equal('four sleepy herons');
    expect(terminal.shown()).to.equal('New password: \nOnce more: \n');
    expect(terminal.raw).to.deep.equal([true, false, true, false]);
  });

  it('takes characters back, and those of several bytes whole', async () => {
    const line = 'grüße 🐦x\u007f!\n';
    expect(await readNewPassword(typing(line, line))).to.equal('grüße 🐦!');
  });

  it('refuses two that are different, and none', async () => {
    expect((await refusal(readNewPassword(typing('one\r', 'two\r')))).message).to.match(
      /different/,
    );
    expect((await refusal(readNewPassword(typing('\r', '\r')))).message).to.match(/empty/);
  });

  it('gives up at Ctrl-C, and leaves the terminal as it was', async () => {
    const terminal = typing('half\u0003');
    expect((await refusal(readNewPassword(terminal))).code).to.equal('CANCELLED');
    expect(terminal.raw.at(-1)).to.equal(false);
  });

  it('reads standard input to its end where there is no terminal', async () => {
    expect(await readNewPassword(piped('four sle', 'epy herons\n'))).to.equal('four sleepy herons');
    expect(await readNewPassword(piped('no line feed'))).to.equal('no line feed');
  });

  it('refuses more than one line, and more than anybody types', async () => {
    expect((await refusal(readNewPassword(piped('one\ntwo\n')))).message).to.match(/one line/);
    expect((await refusal(readNewPassword(piped('x'.repeat(5000))))).message).to.match(/too long/);
  });
});
