import { expect } from 'chai';
import type { MicrophoneOptions } from '../../../src/browser/audio/microphone-options.js';
import { createAudioBench, errorOf, type AudioBench } from './fake-audio-page.js';

describe('A microphone that cannot be had', () => {
  const failing = async (
    failure: DOMException | null,
    prepare: (bench: AudioBench) => void = () => undefined,
    options: MicrophoneOptions = {},
  ): Promise<Record<string, unknown>> => {
    const bench = createAudioBench();
    if (failure) bench.page.media.failures.push(failure);
    prepare(bench);
    const { microphone } = bench.audio;
    const error = (await errorOf(microphone.start(options))) as Error & Record<string, unknown>;
    expect(microphone.error).to.equal(error);
    expect(microphone.state).to.equal('failed');
    expect(bench.page.media.open).to.deep.equal([]);
    await bench.audio.stop();
    const { code, message, details } = error;
    return { code, message, ...(details as object) };
  };
  const denied = (message = ''): DOMException => new DOMException(message, 'NotAllowedError');

  it('is named by who does not let the page listen, and what to do', async () => {
    expect(await failing(denied())).to.deep.include({
      code: 'ERR_AUDIO_MICROPHONE_DENIED',
      refusal: 'user',
    });
    const cases: [string, Record<string, unknown>, RegExp][] = [
      ['user', await failing(denied()), /settings beside the address/],
      [
        'dismissed',
        await failing(denied(), ({ page }) => void (page.permission = 'prompt')),
        /was not answered/,
      ],
      [
        'policy',
        await failing(denied(), ({ page }) => void (page.policy = false)),
        /Permissions-Policy/,
      ],
      ['system', await failing(denied('Permission denied by system')), /privacy settings/],
      [
        'user',
        await failing(new DOMException('', 'SecurityError'), ({ page }) => {
          page.policy = null;
          page.permission = null;
        }),
        /settings beside the address/,
      ],
    ];
    for (const [refusal, error, message] of cases) {
      expect(error).to.include({ code: 'ERR_AUDIO_MICROPHONE_DENIED', refusal });
      expect(error['message']).to.match(message);
    }
  });

  it('is not there at all', async () => {
    expect(await failing(new DOMException('', 'NotFoundError'))).to.include({
      code: 'ERR_AUDIO_NO_MICROPHONE',
    });
  });

  it('is in use, not the chosen one, or not as asked for', async () => {
    const code = 'ERR_AUDIO_MICROPHONE_FAILED';
    for (const name of ['NotReadableError', 'AbortError']) {
      expect(await failing(new DOMException('', name))).to.include({ code, reason: 'inUse' });
    }
    const gone = await failing(null, () => undefined, { deviceId: 'gone' });
    expect(gone).to.include({ code, reason: 'unplugged' });
    expect(gone['message']).to.include('"gone"');
    expect(await failing(new DOMException('', 'OverconstrainedError'))).to.include({
      code,
      reason: 'constraints',
    });
    expect(await failing(new DOMException('odd', 'UnknownError'))).to.include({
      code,
      reason: 'unknown',
    });
  });

  it('is in a page that is not secure, or a browser without microphones', async () => {
    expect(await failing(null, ({ page }) => void (page.isSecure = false))).to.include({
      code: 'ERR_AUDIO_INSECURE_PAGE',
    });
    expect(await failing(null, ({ page }) => void (page.mediaDevices = undefined))).to.deep.include(
      {
        code: 'ERR_AUDIO_UNSUPPORTED',
        missing: ['navigator.mediaDevices'],
      },
    );
  });
});
