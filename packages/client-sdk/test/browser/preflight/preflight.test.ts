import { VoiceError } from '@sidetone/protocol';
import {
  createFakeClock,
  memoryTransport,
  startServer,
  type FakeClock,
  type MemoryTransport,
  type StartedServer,
} from '@sidetone/testkit';
import { expect } from 'chai';
import type { PreflightReport } from '../../../src/browser/preflight/preflight-report.js';
import {
  runPreflight,
  type PreflightOptions,
  type PreflightParts,
} from '../../../src/browser/preflight/preflight.js';
import { FakeAudioPage } from '../audio/fake-audio-page.js';

const URL = 'ws://memory.test';

/** A page beside a real server, with one thing or another out of order. */
class Trial {
  readonly clock: FakeClock = createFakeClock();
  readonly page = new FakeAudioPage();
  readonly transport: MemoryTransport = memoryTransport();
  readonly parts: { -readonly [part in keyof PreflightParts]: PreflightParts[part] };
  workers = 0;

  constructor() {
    this.parts = {
      page: this.page.asAudioPage,
      clock: this.clock,
      openSocket: this.transport.openSocket,
      addWorklet: async () => undefined,
      startWorker: async () => {
        this.workers += 1;
        return { terminate: () => void (this.workers -= 1) };
      },
    };
  }

  /** To its end, as fast as the clock can be moved; nothing must be left then. */
  async run(options: Partial<PreflightOptions> = {}): Promise<PreflightReport> {
    let report: PreflightReport | null = null;
    const running = runPreflight({ url: URL, ...options }, this.parts).then((r) => (report = r));
    for (let waitedMs = 0; report === null && waitedMs < 30_000; waitedMs += 50) {
      await this.clock.advanceAsync(50);
    }
    await running;
    await this.clock.settle();
    expect(this.page.media.open, 'devices left open').to.deep.equal([]);
    const open = this.page.contexts.filter(({ state }) => state !== 'closed');
    expect(open, 'contexts left open').to.deep.equal([]);
    expect(this.workers, 'Workers left').to.equal(0);
    expect(this.transport.links, 'connections left').to.deep.equal([]);
    return running;
  }
}

function errorOf(check: PreflightReport[keyof PreflightReport]): VoiceError {
  if (check === null || typeof check === 'boolean' || check.ok) throw new Error('it works');
  return check.error;
}

describe('A preflight', () => {
  let trial = new Trial();
  let server: StartedServer;

  beforeEach(async () => {
    trial = new Trial();
    server = await startServer([trial.transport], { clock: trial.clock });
  });

  afterEach(() => server.stop());

  it('says what it found where everything works, and leaves nothing behind', async () => {
    const { ok, socket, path, microphone, playback } = await trial.run();
    expect(ok).to.equal(true);
    expect(trial.clock.now(), 'nothing was waited for').to.be.at.most(100);
    expect(socket).to.deep.include({ ok: true, authentication: ['guest'] });
    expect(socket).to.have.nested.property('server.version').that.is.a('string');
    expect(path).to.deep.equal({ ok: true, transport: 'websocket', roundTripMs: 0 });
    expect(microphone).to.deep.include({
      ok: true,
      device: { id: 'default', label: 'Device default' },
    });
    expect(microphone).to.have.property('levelDb').that.is.closeTo(-20, 0.1);
    expect(playback).to.deep.equal({ ok: true, latencyMs: 40 });
  });

  it('resumes the context in the turn of the call', async () => {
    const report = trial.run();
    expect(trial.page.context.resumes).to.equal(1);
    await report;
  });

  it('tries the chosen microphone, or none', async () => {
    await trial.run({ microphone: { deviceId: 'desk' } });
    expect(trial.page.media.tracks.map(({ constraints }) => constraints)).to.deep.equal([
      {
        channelCount: 1,
        echoCancellation: false,
        noiseSuppression: false,
        autoGainControl: false,
        deviceId: { exact: 'desk' },
      },
    ]);
    const { ok, microphone } = await trial.run({ microphone: false });
    expect([ok, microphone]).to.deep.equal([true, null]);
    expect(trial.page.media.tracks).to.have.lengthOf(1);
  });

  it('listens for two seconds before it calls a microphone silent', async () => {
    const startedAt = trial.clock.now();
    trial.page.level = () => (trial.clock.now() - startedAt < 1_900 ? 0 : 0.01);
    expect((await trial.run()).microphone).to.include({ ok: true });
    trial.page.level = () => 0.000_05;
    const { ok, microphone } = await trial.run();
    expect(ok).to.equal(false);
    expect(errorOf(microphone)).to.deep.include({
      code: 'ERR_AUDIO_MICROPHONE_FAILED',
      details: { reason: 'silent' },
    });
    expect(errorOf(microphone).message).to.match(/look for a switch on it/);
  });

  it('names a microphone that is denied, and goes on with the rest', async () => {
    trial.page.media.failures.push(new DOMException('', 'NotAllowedError'));
    const { ok, microphone, socket, path, playback } = await trial.run();
    expect(errorOf(microphone).code).to.equal('ERR_AUDIO_MICROPHONE_DENIED');
    expect([ok, socket.ok, path.ok, playback.ok]).to.deep.equal([false, true, true, true]);
  });

  it('names playback that is blocked', async () => {
    trial.page.mayPlay = false;
    const { playback, microphone } = await trial.run();
    expect(errorOf(playback).code).to.equal('ERR_AUDIO_BLOCKED');
    expect(errorOf(microphone).code).to.equal('ERR_AUDIO_BLOCKED');
  });

  it('names files that cannot be loaded', async () => {
    const missing = new VoiceError('ERR_CLIENT_ASSETS', 'not there');
    const { addWorklet } = trial.parts;
    trial.parts.addWorklet = () => Promise.reject(missing);
    expect(errorOf((await trial.run()).playback)).to.equal(missing);
    trial.parts.addWorklet = addWorklet;
    trial.parts.startWorker = () => Promise.reject(missing);
    expect(errorOf((await trial.run()).playback)).to.equal(missing);
  });

  it('names the page that is not secure', async () => {
    trial.page.isSecure = false;
    const { playback, microphone, socket } = await trial.run();
    expect(errorOf(playback).code).to.equal('ERR_AUDIO_INSECURE_PAGE');
    expect(errorOf(microphone).code).to.equal('ERR_AUDIO_INSECURE_PAGE');
    expect(socket.ok).to.equal(true);
  });

  it('names an address that is none', async () => {
    const { socket, path } = await trial.run({ url: 'ftp://somewhere' });
    for (const check of [socket, path]) {
      expect(errorOf(check)).to.include({ code: 'ERR_CLIENT_OPTIONS' });
      expect(errorOf(check).message).to.include('"ftp:"');
    }
  });

  it('names a server that is not there, or does not say a word', async () => {
    const { openSocket } = trial.parts;
    trial.parts.openSocket = () => ({
      remoteAddress: () => null,
      sendText: () => undefined,
      sendBinary: () => undefined,
      close: () => undefined,
      terminate: () => undefined,
    });
    const silent = await trial.run();
    expect(errorOf(silent.socket)).to.include({ code: 'ERR_CLIENT_CONNECT' });
    expect(errorOf(silent.socket).message).to.match(/does not answer/);
    trial.parts.openSocket = openSocket;
    await server.stop();
    const { ok, socket, path, playback } = await trial.run();
    expect([ok, playback.ok]).to.deep.equal([false, true]);
    for (const check of [socket, path]) {
      expect(errorOf(check)).to.include({ code: 'ERR_CLIENT_CONNECT' });
      expect(errorOf(check).message).to.include(URL);
    }
  });

  it('names a way that is cut after the first word', async () => {
    const { openSocket } = trial.transport;
    trial.parts.openSocket = (url, subprotocol, listener) => {
      const link = openSocket(url, subprotocol, listener);
      return {
        remoteAddress: () => null,
        sendText: () => link.cut(),
        sendBinary: () => undefined,
        close: (code, reason) => link.close(code, reason),
        terminate: () => link.terminate(),
      };
    };
    const { socket, path } = await trial.run();
    expect(socket.ok).to.equal(true);
    expect(errorOf(path)).to.include({ code: 'ERR_CLIENT_CONNECT' });
    expect(errorOf(path).message).to.match(/is a Sidetone server running there/);
  });

  it('names a way on which nothing comes back', async () => {
    const { openSocket } = trial.parts;
    trial.parts.openSocket = (url, subprotocol, listener) =>
      Object.assign(openSocket(url, subprotocol, listener), { sendText: () => undefined });
    const { socket, path } = await trial.run();
    expect(socket.ok).to.equal(true);
    expect(errorOf(path)).to.include({ code: 'ERR_CLIENT_CONNECT' });
  });
});
