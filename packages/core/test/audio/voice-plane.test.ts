import { expect } from 'chai';
import { VoiceWorld } from '../double/voice-world.js';

describe('VoicePlane', () => {
  it('brings a frame to everybody else who listens on the channel, in one call', async () => {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const talker = world.session([net]);
    const listeners = [world.session([net]), world.session([net])];
    const target = await talker.talksTo({ channels: [net] });
    target.say({ start: true });
    target.say();
    for (const listener of listeners) expect(listener.heard).to.deep.equal([101, 102]);
    expect(talker.heard).to.deep.equal([]);
    expect(world.websocket.calls).to.equal(2);
    expect(world.metrics.snapshot()).to.include({ 'voice.received': 2, 'voice.forwarded': 4 });
  });

  it('sends the keys to the talker before it answers the registration', async () => {
    const world = new VoiceWorld();
    const [net] = (await world.channels('net')) as [string];
    const talker = world.session([net]);
    const listener = world.session([net]);
    const { registered } = await talker.talksTo({ channels: [net] });
    const keys = talker.outlet.installed;
    expect(keys).to.have.length(1);
    expect(keys[0]).to.deep.include({ epoch: 0, active: true, senders: [[0, registered.source]] });
    expect(listener.outlet.announced).to.deep.equal([
      { route: registered.handles[0]?.route, senders: [[0, registered.source]] },
    ]);
  });
});
