import { expect } from 'chai';
import type { MicrophoneOptions } from '../../../src/browser/audio/microphone-options.js';
import { codeOf, createAudioBench, errorOf, FakeNode, type AudioBench } from './fake-audio-page.js';

const changesOf = ({ events }: AudioBench): string[] =>
  events
    .filter(([name]) => name === 'microphoneChanged')
    .map(([, { state, reason }]) => `${String(state)} ${String(reason)}`);

async function live(options?: MicrophoneOptions): Promise<AudioBench> {
  const bench = createAudioBench();
  await bench.audio.microphone.start(options);
  return bench;
}

describe('The microphone of a page', () => {
  it('starts the sound with it, and is heard by the worklet', async () => {
    const bench = await live();
    const { audio, page } = bench;
    const { microphone } = audio;
    expect([audio.state, microphone.state]).to.deep.equal(['running', 'live']);
    expect(page.heard).to.deep.equal(['default']);
    expect(microphone.device).to.deep.equal({ id: 'default', label: 'Device default' });
    expect(microphone.settings).to.include({ sampleRate: 44_100 });
    expect(changesOf(bench)).to.deep.equal(['starting asked', 'live asked']);
    expect(page.uses).to.deep.equal(['playback', 'play-and-record']);
    await audio.stop();
  });

  it('asks for mono with everything on, and for what it is told otherwise', async () => {
    const { audio, page } = await live();
    await audio.microphone.start({
      deviceId: 'desk',
      echoCancellation: 'all',
      noiseSuppression: false,
      autoGainControl: false,
    });
    expect(page.media.tracks.map(({ constraints }) => constraints)).to.deep.equal([
      { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      {
        channelCount: 1,
        echoCancellation: 'all',
        noiseSuppression: false,
        autoGainControl: false,
        deviceId: { exact: 'desk' },
      },
    ]);
    expect(page.heard).to.deep.equal(['desk']);
    expect(page.media.open).to.have.lengthOf(1);
    await audio.stop();
  });

  it('opens nothing again that is as it is asked for', async () => {
    const { audio, page } = await live();
    await audio.microphone.start();
    expect(page.media.tracks).to.have.lengthOf(1);
    await audio.stop();
  });

  it('is stopped with its device let go, and with the sound', async () => {
    const { audio, page } = await live();
    await audio.microphone.stop();
    expect([audio.state, audio.microphone.state]).to.deep.equal(['running', 'off']);
    expect(page.media.open).to.deep.equal([]);
    expect(page.heard).to.deep.equal([]);
    expect(audio.microphone.device).to.equal(null);
    expect(page.uses.at(-1)).to.equal('playback');
    await audio.microphone.start();
    await audio.stop();
    expect(audio.microphone.state).to.equal('off');
    expect(page.media.open).to.deep.equal([]);
  });

  it('lets go of a device that the user allows after it was stopped', async () => {
    const { audio, page, clock } = createAudioBench();
    let answer = (): void => undefined;
    page.media.question = new Promise((resolve) => (answer = resolve));
    const started = codeOf(audio.microphone.start());
    await clock.settle();
    expect(audio.microphone.state).to.equal('starting');
    await audio.microphone.stop();
    expect(audio.microphone.state).to.equal('off');
    answer();
    expect(await started).to.equal('ERR_CLIENT_STATE');
    expect(page.media.tracks).to.have.lengthOf(1);
    expect(page.media.open).to.deep.equal([]);
    await audio.stop();
  });

  it('plays without another gesture once the page may listen', async () => {
    const { audio, page, clock } = createAudioBench();
    page.mayPlay = false;
    const started = audio.microphone.start();
    await clock.advanceAsync(999);
    page.mayPlay = true;
    await clock.advanceAsync(1);
    await started;
    expect(audio.state).to.equal('running');
    await audio.stop();
  });

  it('does not stay open when the sound stays blocked', async () => {
    const { audio, page, clock } = createAudioBench();
    page.mayPlay = false;
    const started = codeOf(audio.microphone.start());
    await clock.advanceAsync(1_000);
    await clock.advanceAsync(1_000);
    expect(await started).to.equal('ERR_AUDIO_BLOCKED');
    expect(audio.microphone.state).to.equal('failed');
    expect(page.media.open).to.deep.equal([]);
    await audio.stop();
  });

  it('says when the system mutes it', async () => {
    const bench = await live();
    bench.page.media.tracks[0]?.mute(true);
    expect(bench.audio.microphone.state).to.equal('muted');
    bench.page.media.tracks[0]?.mute(false);
    expect(changesOf(bench).slice(2)).to.deep.equal(['muted system', 'live system']);
    await bench.audio.stop();
  });

  it('puts a noise suppressor of the app before the worklet, in place of that of the browser', async () => {
    const made: [FakeNode, AbortSignal][] = [];
    const { audio, page } = await live({
      noiseSuppression: async (_context, released) => {
        const node = new FakeNode('suppressor');
        made.push([node, released]);
        return node as unknown as AudioNode;
      },
    });
    const [[node, released] = []] = made;
    expect(page.media.tracks[0]?.constraints.noiseSuppression).to.equal(false);
    expect(page.context.sources[0]?.targets.has(node as FakeNode)).to.equal(true);
    expect(node?.targets.has(page.nodeOf('sidetone-microphone'))).to.equal(true);
    expect(released?.aborted).to.equal(false);
    await audio.microphone.stop();
    expect(released?.aborted).to.equal(true);
    expect(node?.targets.size).to.equal(0);
    await audio.stop();
  });
});

describe('Another microphone', () => {
  it('is open before the old one is let go', async () => {
    const bench = await live();
    const { audio, page } = bench;
    await audio.microphone.select('headset');
    expect(page.heard).to.deep.equal(['headset']);
    expect(page.media.openWhenAsked).to.deep.equal([0, 1]);
    expect(page.media.open.map(({ deviceId }) => deviceId)).to.deep.equal(['headset']);
    expect(bench.events.at(-1)).to.deep.equal([
      'microphoneChanged',
      {
        state: 'live',
        previous: 'live',
        device: { id: 'headset', label: 'Device headset' },
        reason: 'asked',
        error: null,
      },
    ]);
    await audio.stop();
  });

  it('is what the next start opens when it is chosen before', async () => {
    const { audio, page } = createAudioBench();
    await audio.microphone.select('desk');
    expect(page.media.tracks).to.have.lengthOf(0);
    await audio.microphone.start();
    expect(page.heard).to.deep.equal(['desk']);
    await audio.microphone.stop();
    await audio.microphone.start();
    expect(page.heard).to.deep.equal(['desk']);
    await audio.stop();
  });

  it('is opened after the old one where the browser has one open at a time', async () => {
    const { audio, page } = createAudioBench();
    page.media.oneAtATime = true;
    await audio.microphone.start();
    await audio.microphone.select('headset');
    expect(page.heard).to.deep.equal(['headset']);
    expect(audio.microphone.state).to.equal('live');
    await audio.stop();
  });

  it('leaves the old one as it is when it is not there', async () => {
    const { audio, page } = await live();
    expect(await codeOf(audio.microphone.select('gone'))).to.equal('ERR_AUDIO_MICROPHONE_FAILED');
    expect([audio.microphone.state, audio.microphone.error]).to.deep.equal(['live', null]);
    expect(page.heard).to.deep.equal(['default']);
    await audio.stop();
  });

  it('gives the old one back when it fails after that was let go', async () => {
    const { audio, page } = createAudioBench();
    page.media.oneAtATime = true;
    await audio.microphone.start({ deviceId: 'desk' });
    page.media.failures.push(
      new DOMException('busy', 'NotReadableError'),
      new DOMException('busy', 'NotReadableError'),
    );
    expect(await codeOf(audio.microphone.select('headset'))).to.equal(
      'ERR_AUDIO_MICROPHONE_FAILED',
    );
    expect(page.heard).to.deep.equal(['desk']);
    expect(audio.microphone.state).to.equal('live');
    await audio.stop();
  });

  it('is the default one when the chosen one is unplugged', async () => {
    const bench = await live({ deviceId: 'headset' });
    const { audio, page, clock } = bench;
    page.media.inputs = ['default', 'desk'];
    page.media.tracks[0]?.end();
    expect(audio.microphone.state).to.equal('ended');
    await clock.settle();
    expect(audio.microphone.state).to.equal('live');
    expect(page.heard).to.deep.equal(['default']);
    expect(changesOf(bench).slice(2)).to.deep.equal(['ended unplugged', 'live unplugged']);
    await audio.stop();
  });

  it('is the default one, too, when only the list of devices tells', async () => {
    const { audio, page, clock } = await live({ deviceId: 'headset' });
    page.media.unplug('headset');
    await clock.settle();
    expect(page.heard).to.deep.equal(['default']);
    expect(page.media.open).to.have.lengthOf(1);
    await audio.stop();
  });

  it('is opened when one is plugged in again after the last was pulled out', async () => {
    const { audio, page, clock } = await live();
    page.media.inputs = [];
    page.media.tracks[0]?.end();
    await clock.settle();
    expect(audio.microphone.state).to.equal('failed');
    expect(audio.microphone.error).to.include({ code: 'ERR_AUDIO_NO_MICROPHONE' });
    page.media.inputs = ['default', 'headset'];
    page.media.changed();
    await clock.settle();
    expect(audio.microphone.state).to.equal('live');
    expect(audio.microphone.error).to.equal(null);
    expect(page.heard).to.deep.equal(['default']);
    page.see();
    await clock.settle();
    expect(page.media.tracks, 'and not once more').to.have.lengthOf(2);
    await audio.stop();
  });

  it('is not asked for again when the user has taken the permission back', async () => {
    const { audio, page, clock } = await live();
    page.media.failures.push(new DOMException('', 'NotAllowedError'));
    page.media.tracks[0]?.end();
    await clock.settle();
    expect(audio.microphone.error).to.include({ code: 'ERR_AUDIO_MICROPHONE_DENIED' });
    page.media.changed();
    page.see();
    await clock.settle();
    expect(page.media.tracks).to.have.lengthOf(1);
    await audio.stop();
  });
});

describe('The microphone and its context', () => {
  it('are connected once, however often contexts change while the user is asked', async () => {
    const { audio, page, clock } = await live();
    let answer = (): void => undefined;
    page.media.question = new Promise((resolve) => (answer = resolve));
    const selected = codeOf(audio.microphone.select('gone'));
    for (const contexts of [2, 3]) {
      page.context.become('closed');
      await clock.settle();
      expect(page.contexts).to.have.lengthOf(contexts);
    }
    answer();
    expect(await selected).to.equal('ERR_AUDIO_MICROPHONE_FAILED');
    await clock.settle();
    expect(page.heard).to.deep.equal(['default']);
    await audio.stop();
  });

  it('goes over to a new one', async () => {
    const { audio, page, clock } = await live();
    page.context.become('closed');
    await clock.settle();
    expect(audio.microphone.state).to.equal('live');
    expect(page.contexts).to.have.lengthOf(2);
    expect(page.heard).to.deep.equal(['default']);
    expect(page.media.tracks).to.have.lengthOf(1);
    await audio.stop();
  });

  it('fails with it', async () => {
    const bench = await live();
    const { audio, page, clock } = bench;
    bench.assetsFailure = new Error('gone');
    page.context.become('closed');
    await clock.settle();
    expect([audio.state, audio.microphone.state]).to.deep.equal(['failed', 'failed']);
    expect(audio.microphone.error).to.equal(audio.error);
    expect(page.media.open).to.deep.equal([]);
    await audio.stop();
  });

  it('has the rate of the device where the browser brings no device to that of the context', async () => {
    const { audio, page } = createAudioBench();
    page.refusedRates = [48_000];
    await audio.microphone.start();
    expect(page.contexts.map(({ options }) => options.sampleRate)).to.deep.equal([48_000, 44_100]);
    expect([audio.state, audio.microphone.state]).to.deep.equal(['running', 'live']);
    expect(page.heard).to.deep.equal(['default']);
    await audio.stop();
  });

  it('says what to do when no rate will do', async () => {
    const { audio, page } = createAudioBench();
    page.refusedRates = [48_000, 44_100];
    const error = await errorOf(audio.microphone.start());
    expect(error).to.deep.include({
      code: 'ERR_AUDIO_MICROPHONE_FAILED',
      details: { reason: 'sampleRate' },
    });
    expect(error.message).to.match(/choose 48 kHz/);
    expect([audio.state, audio.microphone.state]).to.deep.equal(['running', 'failed']);
    expect(page.media.open).to.deep.equal([]);
    await audio.stop();
  });
});
