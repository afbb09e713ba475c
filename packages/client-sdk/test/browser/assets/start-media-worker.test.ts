import { isVoiceError } from '@sidetone/protocol';
import { expect } from 'chai';
import type { ClientAssets } from '../../../src/browser/assets/client-assets.js';
import { startMediaWorker } from '../../../src/browser/assets/start-media-worker.js';
import { workerReady } from '../../../src/browser/assets/worker-ready.js';
import { FakeWorker, type Fate } from './fake-worker.js';

async function refusal(fate: Fate, assets?: ClientAssets): Promise<Error & { code: string }> {
  FakeWorker.fate = fate;
  const error: unknown = await startMediaWorker(assets).then(
    () => null,
    (cause: unknown) => cause,
  );
  if (!isVoiceError(error)) throw new Error('the worker was not refused as it should be');
  return error;
}

describe('Starting the media Worker', () => {
  const original = Object.getOwnPropertyDescriptor(globalThis, 'Worker');

  beforeEach(() => {
    FakeWorker.made = [];
    FakeWorker.fate = 'ready';
    Object.defineProperty(globalThis, 'Worker', { value: FakeWorker, configurable: true });
  });

  afterEach(() => {
    if (original) Object.defineProperty(globalThis, 'Worker', original);
    else Reflect.deleteProperty(globalThis, 'Worker');
  });

  it('takes the file beside the SDK', async () => {
    const worker = await startMediaWorker();
    expect(FakeWorker.made).to.deep.equal([worker]);
    expect(FakeWorker.made[0]?.url).to.match(/\/worker\.js$/);
    expect(FakeWorker.made[0]?.terminated).to.equal(false);
  });

  it('takes the file that was named, and no other', async () => {
    await startMediaWorker({ workerUrl: new URL('https://app.example/voice/worker.js') });
    expect(FakeWorker.made.map(({ url }) => url)).to.deep.equal([
      'https://app.example/voice/worker.js',
    ]);
    const { code, message } = await refusal('missing', { workerUrl: '/elsewhere.js' });
    expect(code).to.equal('ERR_CLIENT_ASSETS');
    expect(message).to.include('"/elsewhere.js"').and.not.include('inlined');
  });

  for (const fate of ['missing', 'failed', 'forbidden'] as const) {
    it(`goes on to the inlined copy when the file is ${fate}, and says what both came to`, async () => {
      const { code, message } = await refusal(fate);
      expect(code).to.equal('ERR_CLIENT_ASSETS');
      expect(message)
        .to.include('"worker.js"')
        .and.include('"the inlined copy" (this build has none)');
      expect(message).to.include("worker-src 'self'").and.include('assets.workerUrl');
    });
  }

  it('says why a Worker that runs cannot work', async () => {
    expect((await refusal('failed')).message).to.include('no wasm may be compiled');
  });

  it('ends a Worker that says nothing in time', async () => {
    FakeWorker.fate = 'silent';
    const worker = new FakeWorker('worker.js');
    const error: unknown = await workerReady(worker as unknown as Worker, 1).catch(
      (cause: unknown) => cause,
    );
    expect(error).to.be.an('error').with.property('message', 'no answer in 1 ms');
    expect(worker.terminated).to.equal(true);
  });
});
