import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { samplesSource } from '@sidetone/client-sdk';
import { VoiceError, WireError } from '@sidetone/protocol';
import { expect } from 'chai';
import { parseArguments } from '../src/arguments.js';
import { connectPatiently } from '../src/connect-patiently.js';
import { Departure } from '../src/departure.js';
import { Levels, metered } from '../src/level.js';
import { findServer } from '../src/server-address.js';
import type { Settings } from '../src/settings.js';
import { openSpeech } from '../src/speech.js';
import { explainFailure, TalkFailure } from '../src/talk-failure.js';

describe('the server of a data folder', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'sidetone-talk-'));
  });

  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  const settings = (args: readonly string[] = []): Settings => {
    const parsed = parseArguments(args, { SIDETONE_DATA_DIR: dataDir });
    if (parsed.kind !== 'settings') throw new Error('these arguments are good');
    return parsed.settings;
  };
  const present = (text: string): Promise<void> =>
    writeFile(path.join(dataDir, 'server.json'), text);
  const refusal = async (): Promise<string> => {
    const error = await findServer(settings()).catch((cause: unknown) => cause);
    expect(error).to.be.instanceOf(TalkFailure).with.property('exitCode', 2);
    return (error as Error).message;
  };

  it('is found by the file that it leaves there', async () => {
    await present('{"url":"http://127.0.0.1:4711","pid":1}\n');
    expect(await findServer(settings())).to.equal('http://127.0.0.1:4711');
  });

  it('does not count where an address is given', async () => {
    await present('{"url":"http://127.0.0.1:4711"}');
    expect(await findServer(settings(['--url', 'ws://host']))).to.equal('ws://host');
  });

  it('is told to be missing with what to do', async () => {
    expect(await refusal()).to.match(/no server.*npm start.*--url/);
  });

  for (const text of ['', '{}', '{"url":7}', '{"url":"nowhere"}', 'null']) {
    it(`is not made up from "${text}"`, async () => {
      await present(text);
      expect(await refusal()).to.match(/server\.json" names no server/);
    });
  }
});

describe('a connection', () => {
  const busy = (): Promise<void> =>
    Promise.reject(new WireError('RATE_LIMITED', 'too many', { retryAfterMs: 1 }));
  const denied = (): Promise<void> => Promise.reject(new WireError('AUTHENTICATION_FAILED', 'no'));
  const { signal } = new AbortController();
  const attempt = async (
    answers: readonly (() => Promise<void>)[],
  ): Promise<{ readonly told: string[]; readonly asked: number; readonly outcome: unknown }> => {
    const told: string[] = [];
    let asked = 0;
    const connect = (): Promise<void> => (answers[asked++] ?? busy)();
    const view = { tell: (line: string) => void told.push(line) };
    const outcome = await connectPatiently({ connect }, view, signal).catch(
      (error: unknown) => error,
    );
    return { told, asked, outcome };
  };

  it('is asked for again when a busy server says so', async () => {
    const { told, asked, outcome } = await attempt([busy, busy, () => Promise.resolve()]);
    expect(outcome).to.equal(undefined);
    expect(asked).to.equal(3);
    expect(told[0]).to.match(/busy; asking again in 0\.0 s/);
  });

  it('is given up where it is denied, and where the server stays busy', async () => {
    const refused = await attempt([denied]);
    expect(refused.asked).to.equal(1);
    expect(refused.outcome).to.have.property('code', 'AUTHENTICATION_FAILED');
    const hopeless = await attempt([]);
    expect(hopeless.asked).to.equal(6);
    expect(hopeless.outcome).to.have.property('code', 'RATE_LIMITED');
  });
});

describe('a speech', () => {
  const { signal } = new AbortController();

  for (const [what, file, reason] of [
    ['a file that is no WAV file', import.meta.filename, /cannot be played: .*RIFF/],
    ['a file that is not there', '/none/speech.wav', /cannot be played: ENOENT/],
    ['a folder', import.meta.dirname, /cannot be played: EISDIR/],
  ] as const) {
    it(`is not made of ${what}`, async () => {
      const error = await openSpeech({ kind: 'file', path: file }, signal).catch((e: unknown) => e);
      expect(error).to.be.instanceOf(TalkFailure).with.property('exitCode', 2);
      expect((error as Error).message).to.match(reason);
    });
  }
});

describe('the departure', () => {
  it('is decided once: what follows from it does not count', async () => {
    const departure = new Departure();
    expect(departure.signal.aborted).to.equal(false);
    departure.leave();
    departure.fail(new Error('connection closed'));
    await departure.decided;
    expect(departure.signal.aborted).to.equal(true);
  });

  it('tells the first failure', async () => {
    const departure = new Departure();
    departure.fail(new Error('first'));
    departure.fail(new Error('second'));
    departure.leave();
    const error = await departure.decided.catch((cause: unknown) => cause);
    expect((error as Error).message).to.equal('first');
  });
});

describe('a failure', () => {
  it('is one line, with the code of what the server answered', () => {
    const refused = new VoiceError('ACCESS_DENIED', 'you may not\njoin \x1b[31mthis');
    expect(explainFailure(refused)).to.equal('you may not join [31mthis (ACCESS_DENIED)');
    expect(explainFailure(new VoiceError('ERR_CLIENT_STATE', 'not now'))).to.equal('not now');
    expect(explainFailure('odd')).to.equal('odd');
  });
});

describe('the levels', () => {
  it('count for a moment only', () => {
    const levels = new Levels();
    levels.set('ann', 30, 1_000);
    expect(levels.get('ann', 1_250)).to.equal(30);
    expect(levels.get('ann', 1_251)).to.equal(null);
    levels.forget('ann');
    expect(levels.get('ann', 1_000)).to.equal(null);
  });

  it('of a source are told as it is read, without a change to its samples', async () => {
    const samples = Float32Array.from({ length: 2_000 }, (_, i) =>
      i < 960 ? 1 : i < 1_920 ? 0.1 : 0,
    );
    const told: number[] = [];
    const read: number[] = [];
    for await (const part of metered(samplesSource(samples), (level) =>
      told.push(level),
    ).samples()) {
      read.push(...part);
    }
    expect(Float32Array.from(read)).to.deep.equal(samples);
    expect(told).to.deep.equal([0, 20, 127]);
  });
});
