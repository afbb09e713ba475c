import { expect } from 'chai';
import { resolveClientOptions, type VoiceOptions } from '../../src/client/client-options.js';
import { guest } from '../../src/control/authentication.js';
import type { AdaptiveReceiverStatistics } from '../../src/receiver/receiver-metrics.js';
import { resolveSourceSettings } from '../../src/talk/source-settings.js';
import { connectedClient } from '../support/connected-client.js';
import { createFakeClock } from '@sidetone/testkit';
import { FakeServer } from '../support/fake-server.js';
import { passthroughCodec } from '../support/passthrough-codec.js';

const resolved = (voice: VoiceOptions) =>
  resolveClientOptions({
    url: 'ws://fake.test',
    codec: passthroughCodec(),
    authentication: guest('Ann'),
    voice,
  });
const targetMs = (voice: VoiceOptions, kind = 'microphone'): number => {
  const receiver = resolved(voice).createReceiver({
    id: 'source',
    handle: 1,
    session: 'ann',
    kind,
  });
  return (receiver.statistics as AdaptiveReceiverStatistics).targetMs;
};

describe('The latency of voice', () => {
  it('is 40 ms behind the fastest packet, or 20 if that matters more', () => {
    expect([targetMs({}), targetMs({ latency: 'normal' })]).to.deep.equal([40, 40]);
    expect(targetMs({ latency: 'low' })).to.equal(20);
    expect(() => resolved({ latency: 'lowest' as 'low' })).to.throw(
      /"lowest" is not normal or low/,
    );
  });

  it('is 80 ms for music, which nobody answers', () => {
    expect(targetMs({}, 'music')).to.equal(80);
    expect(targetMs({ latency: 'low' }, 'music')).to.equal(80);
  });

  it('makes frames of speech 10 ms long where nothing else is wanted', () => {
    const durationMs = (...source: Parameters<typeof resolveSourceSettings>): number =>
      resolveSourceSettings(...source).encoder.frameDurationMs;
    expect(durationMs('microphone')).to.equal(20);
    expect(durationMs('microphone', {}, 'low')).to.equal(10);
    expect(durationMs('microphone', { profile: 'voice-hq' }, 'low')).to.equal(10);
    expect(durationMs('microphone', { frameDurationMs: 20 }, 'low')).to.equal(20);
    expect(durationMs('microphone', { profile: 'voice-low' }, 'low')).to.equal(40);
    expect(durationMs('music', {}, 'low')).to.equal(20);
  });

  it('reaches the sources of the client', async () => {
    const server = new FakeServer();
    const clock = createFakeClock();
    const ann = await connectedClient(server, 'Ann', { clock, voice: { latency: 'low' } });
    const ben = await connectedClient(server, 'Ben', { clock });
    const durations: number[] = [];
    ben.client.onFrame(({ durationMs }) => void durations.push(durationMs));
    await ben.client.channels.join('Command');
    const target = await (await ann.client.channels.join('Command')).talk();
    target.start();
    ann.client.talk.source().write(new Float32Array(960));
    await clock.advanceAsync(40);
    expect(durations).to.deep.equal([10, 10]);
    await Promise.all([ann.client.close(), ben.client.close()]);
  });
});
