import { expect } from 'chai';
import { createAudioBench, errorOf } from './fake-audio-page.js';

describe('The output of a page', () => {
  it('is the default one of the system, at full volume', () => {
    const { output } = createAudioBench().audio;
    expect([output.device, output.volume, output.latencyMs]).to.deep.equal([null, 1, null]);
  });

  it('goes to the chosen device, now and after another start', async () => {
    const { audio, page, events } = createAudioBench();
    await audio.start();
    await audio.output.select('speaker');
    expect(page.context.sinks).to.deep.equal(['speaker']);
    expect(events.at(-1)).to.deep.equal(['outputChanged', { device: 'speaker', reason: 'asked' }]);
    expect(audio.output.latencyMs).to.be.closeTo(40, 1e-6);
    await audio.stop();
    await audio.start();
    expect(page.context.sinks).to.deep.equal(['speaker']);
    await audio.output.select(null);
    expect(page.context.sinks).to.deep.equal(['speaker', '']);
    expect(audio.output.device).to.equal(null);
    await audio.stop();
  });

  it('says which device it cannot take, and stays where it is', async () => {
    const { audio, page } = createAudioBench();
    await audio.start();
    for (const [name, message] of [
      ['NotFoundError', /there is no output device "speaker"/],
      ['NotAllowedError', /speaker-selection/],
      ['UnknownError', /choose another one/],
    ] as const) {
      page.sinkFailure = new DOMException('', name);
      const error = await errorOf(audio.output.select('speaker'));
      expect(error).to.include({ code: 'ERR_AUDIO_OUTPUT' });
      expect(error.message).to.match(message);
      expect(audio.output.device).to.equal(null);
    }
    await audio.stop();
  });

  it('cannot be chosen in every browser, which it says before it is asked to', async () => {
    const { audio, page } = createAudioBench();
    page.outputSelectable = false;
    expect(audio.output.selectable).to.equal(false);
    const error = await errorOf(audio.output.select('speaker'));
    expect(error).to.include({ code: 'ERR_AUDIO_OUTPUT' });
    expect(error.message).to.match(/settings of the system/);
  });

  it('falls to the default one when the chosen one is unplugged, or gone at the next start', async () => {
    const { audio, page, clock, events } = createAudioBench();
    await audio.start();
    await audio.output.select('speaker');
    page.media.unplug('speaker');
    await clock.settle();
    expect(page.context.sinks).to.deep.equal(['speaker', '']);
    expect(audio.output.device).to.equal(null);
    expect(events).to.deep.include(['outputChanged', { device: null, reason: 'unplugged' }]);
    await audio.stop();
    await audio.output.select('speaker');
    page.sinkFailure = new DOMException('', 'NotFoundError');
    await audio.start();
    await clock.settle();
    expect([audio.state, audio.output.device]).to.deep.equal(['running', null]);
    await audio.stop();
  });

  it('has a volume, which holds over contexts and has bounds', async () => {
    const { audio, page } = createAudioBench();
    audio.output.setVolume(0.5);
    await audio.start();
    const [gain] = page.nodeOf('sidetone-playback').targets;
    expect(gain?.gain.value).to.equal(0.5);
    audio.output.setVolume(0);
    expect([audio.output.volume, gain?.gain.value]).to.deep.equal([0, 0]);
    for (const volume of [-0.1, 1.1, NaN]) {
      expect(() => audio.output.setVolume(volume))
        .to.throw(`"${volume}"`)
        .with.property('code', 'ERR_CLIENT_OPTIONS');
    }
    await audio.stop();
  });
});

describe('The devices of a page', () => {
  it('are listed by what they are for, and changes are told until the sound is stopped', async () => {
    const { audio, page, clock, events } = createAudioBench();
    const { inputs, outputs } = await audio.devices();
    expect(inputs.map(({ id }) => id)).to.deep.equal(['default', 'headset', 'desk']);
    expect(outputs.at(-1)).to.deep.equal({ id: 'speaker', label: 'Device speaker' });
    page.media.unplug('desk');
    await clock.settle();
    const [name, event] = events.at(-1) ?? [];
    expect(name).to.equal('devicesChanged');
    expect(event).to.have.nested.property('devices.inputs').with.lengthOf(2);
    await audio.stop();
    page.media.unplug('headset');
    await clock.settle();
    expect(events).to.have.lengthOf(1);
  });

  it('without ids, as before the permission, tell nothing of what is gone', async () => {
    const { audio, page, clock } = createAudioBench();
    await audio.start();
    await audio.output.select('speaker');
    page.media.outputs = [''];
    page.media.changed();
    await clock.settle();
    expect(audio.output.device).to.equal('speaker');
    await audio.stop();
  });

  it('are none in a page that has no access to them', async () => {
    const { audio, page } = createAudioBench();
    page.mediaDevices = undefined;
    expect(await audio.devices()).to.deep.equal({ inputs: [], outputs: [] });
    await audio.stop();
  });
});
