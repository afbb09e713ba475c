import { expect } from 'chai';
import { VoiceError } from '@sidetone/protocol';
import { nextAudioState, type AudioState } from '../../../src/browser/audio/audio-state.js';
import { codeOf, createAudioBench, errorOf, type AudioBench } from './fake-audio-page.js';

const statesOf = ({ events }: AudioBench): unknown[] =>
  events.filter(([name]) => name === 'stateChanged').map(([, { state }]) => state);

describe('The sound of a page', () => {
  it('is made at 48 kHz, resumed in the turn of the gesture, and connected to the Worker', async () => {
    const { audio, page, calls } = createAudioBench();
    const started = audio.start();
    expect(page.context.resumes, 'before anything is waited for').to.equal(1);
    expect(audio.state).to.equal('starting');
    await started;
    expect(audio.state).to.equal('running');
    expect(page.context.options).to.deep.equal({ sampleRate: 48_000, latencyHint: 'interactive' });
    expect(page.uses).to.deep.equal(['playback']);
    expect(calls).to.deep.equal(['playback', 'microphone microphone', 'attach']);
    const playback = page.nodeOf('sidetone-playback');
    expect(playback.options).to.deep.include({
      numberOfInputs: 0,
      outputChannelCount: [2],
      processorOptions: { latency: 'low' },
    });
    expect(page.nodeOf('sidetone-microphone').options).to.include({
      channelCount: 1,
      channelCountMode: 'explicit',
    });
    for (const node of page.nodes) expect(node.posted).to.have.nested.property('0.type', 'connect');
    await audio.stop();
  });

  it('starts once, however often it is asked', async () => {
    const { audio, page } = createAudioBench();
    await Promise.all([audio.start(), audio.start()]);
    await audio.start();
    expect(page.contexts).to.have.lengthOf(1);
    await audio.stop();
  });

  it('closes all it opened', async () => {
    const bench = createAudioBench();
    const { audio, page, clock, calls } = bench;
    await audio.start();
    page.see();
    await audio.stop();
    expect(audio.state).to.equal('stopped');
    expect(page.context.state).to.equal('closed');
    expect(calls.at(-1)).to.equal('detach');
    for (const { posted, targets } of page.nodes) {
      expect(posted.at(-1)).to.deep.equal({ type: 'close' });
      expect([...targets]).to.deep.equal([]);
    }
    expect([page.watchers, clock.pending]).to.deep.equal([0, 0]);
    expect(statesOf(bench)).to.deep.equal(['starting', 'running', 'stopped']);
    await audio.start();
    expect(page.contexts).to.have.lengthOf(2);
    await audio.stop();
  });

  it('is stopped while it starts, too', async () => {
    const { audio, page, clock, calls } = createAudioBench();
    const started = codeOf(audio.start());
    await audio.stop();
    expect(await started).to.equal('ERR_CLIENT_STATE');
    expect(audio.state).to.equal('stopped');
    expect(page.context.state).to.equal('closed');
    expect([calls.includes('attach'), clock.pending]).to.deep.equal([false, 0]);
  });

  it('says that it is blocked when there was no gesture, and goes on in one', async () => {
    const bench = createAudioBench();
    const { audio, page, clock } = bench;
    page.mayPlay = false;
    const blocked = errorOf(audio.start());
    await clock.advanceAsync(1_000);
    expect(await blocked).to.include({ code: 'ERR_AUDIO_BLOCKED' });
    expect(audio.error).to.include({ code: 'ERR_AUDIO_BLOCKED' });
    expect(audio.error?.message).to.match(/audio\.start\(\) in a click/);
    page.mayPlay = true;
    await audio.start();
    expect(audio.error).to.equal(null);
    expect(page.contexts).to.have.lengthOf(1);
    expect(statesOf(bench)).to.deep.equal(['starting', 'blocked', 'starting', 'running']);
    await audio.stop();
  });

  it('runs when the browser lets a blocked context run by itself', async () => {
    const { audio, page, clock } = createAudioBench();
    page.mayPlay = false;
    const blocked = codeOf(audio.start());
    await clock.advanceAsync(1_000);
    await blocked;
    page.context.become('running');
    expect(audio.state).to.equal('running');
    await audio.stop();
  });

  it('waits for what the system has interrupted, and never resumes it', async () => {
    const bench = createAudioBench();
    const { audio, page } = bench;
    await audio.start();
    page.context.become('interrupted');
    page.see();
    expect(audio.state).to.equal('interrupted');
    expect(audio.error?.message).to.match(/another app/);
    expect(page.context.resumes).to.equal(1);
    page.context.become('running');
    expect(audio.state).to.equal('running');
    await audio.stop();
  });

  it('resumes what the system leaves suspended after an interruption', async () => {
    const { audio, page, clock } = createAudioBench();
    await audio.start();
    page.context.become('interrupted');
    page.context.become('suspended');
    await clock.settle();
    expect(audio.state).to.equal('running');
    page.mayPlay = false;
    page.context.become('suspended');
    await clock.advanceAsync(1_000);
    expect(audio.state).to.equal('blocked');
    page.mayPlay = true;
    page.see();
    await clock.settle();
    expect(audio.state).to.equal('running');
    await audio.stop();
  });

  it('takes a new context when it is started in a gesture while it is interrupted', async () => {
    const { audio, page } = createAudioBench();
    await audio.start();
    const [first] = page.contexts;
    page.context.become('interrupted');
    await audio.start();
    expect(audio.state).to.equal('running');
    expect(page.contexts).to.have.lengthOf(2);
    expect(first?.state).to.equal('closed');
    await audio.stop();
  });

  for (const [what, strike] of [
    ['a context that the system has closed', ({ page }) => page.context.become('closed')],
    [
      'a context whose device has failed',
      ({ page }) => page.context.dispatchEvent(new Event('error')),
    ],
    [
      'a worklet that has thrown',
      ({ page }) => page.nodeOf('sidetone-playback').dispatchEvent(new Event('processorerror')),
    ],
  ] satisfies [string, (bench: AudioBench) => void][]) {
    it(`replaces ${what}`, async () => {
      const bench = createAudioBench();
      const { audio, page, calls, clock } = bench;
      await audio.start();
      calls.length = 0;
      strike(bench);
      expect(audio.state).to.equal('starting');
      await clock.settle();
      expect(audio.state).to.equal('running');
      expect(page.contexts).to.have.lengthOf(2);
      expect(calls).to.deep.equal(['detach', 'playback', 'microphone microphone', 'attach']);
      await audio.stop();
    });
  }

  it('replaces a context that says it runs while its clock stands', async () => {
    const { audio, page, clock } = createAudioBench();
    await audio.start();
    page.see();
    page.context.currentTime = 1;
    await clock.advanceAsync(1_000);
    expect(page.contexts, 'of which the clock goes').to.have.lengthOf(1);
    page.see();
    await clock.advanceAsync(1_000);
    expect(page.contexts).to.have.lengthOf(2);
    expect(audio.state).to.equal('running');
    await audio.stop();
  });

  it('gives up on the fourth context in half a minute, and begins again when it is asked', async () => {
    const { audio, page, clock } = createAudioBench();
    await audio.start();
    for (let replaced = 0; replaced < 3; replaced++) {
      page.context.become('closed');
      await clock.advanceAsync(9_000);
      expect(audio.state).to.equal('running');
    }
    page.context.become('closed');
    expect(audio.state).to.equal('failed');
    expect(audio.error).to.include({ code: 'ERR_AUDIO_OUTPUT' });
    await audio.start();
    expect(audio.state).to.equal('running');
    await audio.stop();
  });

  it('lets whoever waits for the start wait for the new context', async () => {
    const { audio, page, clock } = createAudioBench();
    const started = codeOf(audio.start());
    page.mayPlay = false;
    page.context.become('closed');
    await clock.advanceAsync(1_000);
    expect(page.contexts).to.have.lengthOf(2);
    expect(await started).to.equal('ERR_AUDIO_BLOCKED');
    page.mayPlay = true;
    const again = audio.start();
    page.context.become('closed');
    await again;
    expect(audio.state).to.equal('running');
    expect(page.contexts).to.have.lengthOf(3);
    await audio.stop();
  });

  it('fails with the code of what cannot be loaded, and may be started again', async () => {
    const bench = createAudioBench();
    const { audio, page } = bench;
    bench.assetsFailure = new VoiceError('ERR_CLIENT_ASSETS', 'the worklet is not there');
    expect(await codeOf(audio.start())).to.equal('ERR_CLIENT_ASSETS');
    expect(audio.state).to.equal('failed');
    expect(audio.error).to.equal(bench.assetsFailure);
    expect(page.context.state).to.equal('closed');
    bench.assetsFailure = null;
    await audio.start();
    expect(audio.state).to.equal('running');
    await audio.stop();
  });

  it('names the page that is not secure and the browser that lacks something', async () => {
    const { audio, page } = createAudioBench();
    page.missing = ['AudioWorkletNode'];
    const unsupported = await errorOf(audio.start());
    expect(unsupported).to.include({ code: 'ERR_AUDIO_UNSUPPORTED' });
    expect(unsupported.message).to.include('"AudioWorkletNode"');
    page.isSecure = false;
    const insecure = await errorOf(audio.start());
    expect(insecure).to.include({ code: 'ERR_AUDIO_INSECURE_PAGE' });
    expect(insecure.message).to.include('https://');
    expect(audio.state).to.equal('failed');
    expect(page.contexts).to.have.lengthOf(0);
  });

  it('says what is wrong when the browser makes no context', async () => {
    const { audio, page } = createAudioBench();
    page.createContext = () => {
      throw new DOMException('no device', 'NotSupportedError');
    };
    expect(await errorOf(audio.start())).to.include({ code: 'ERR_AUDIO_OUTPUT' });
    expect(audio.state).to.equal('failed');
    await audio.stop();
  });

  it('is not hurt by a listener that throws', async () => {
    const { audio, reported } = createAudioBench();
    audio.on('stateChanged', () => {
      throw new Error('mine');
    });
    await audio.start();
    expect(reported).to.have.lengthOf(2);
    await audio.stop();
  });

  it('knows no step that would start what nobody asked for', () => {
    const states: AudioState[] = ['stopped', 'failed'];
    for (const state of states) {
      for (const step of ['ran', 'suspended', 'interrupted', 'replaced'] as const) {
        expect(nextAudioState(state, step)).to.equal(state);
      }
    }
  });
});
