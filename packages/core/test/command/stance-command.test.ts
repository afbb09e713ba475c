import type { ChannelView } from '@sidetone/protocol';
import { expect } from 'chai';
import { ChannelStore, MemoryChannelStore, type Plugin } from '../../src/index.js';
import { openDoor, type OpenDoor } from '../domain/open-door.js';
import { refusalOf, type TestPeer } from '../domain/test-peer.js';
import { ScriptedPolicy } from '../double/scripted-policy.js';

describe('channel.setStance', () => {
  let door: OpenDoor;
  let policy: ScriptedPolicy;
  let store: MemoryChannelStore;
  const denied = new Set<string>();

  beforeEach(async () => {
    denied.clear();
    policy = new ScriptedPolicy((_, permission) => !denied.has(permission));
    store = new MemoryChannelStore();
    const stores: Plugin = {
      name: 'stores',
      version: '1.0.0',
      provides: [ChannelStore],
      setup: (ctx) => ctx.provide(ChannelStore, () => store),
    };
    door = await openDoor([policy.plugin, stores]);
  });

  afterEach(() => door.server.stop());

  const lobby = (): ChannelView =>
    door.server.organization().channels.find('Lobby') ?? expect.fail('no Lobby');
  const updates = (peer: TestPeer): number[] =>
    peer.heard('channelUpdated').map(({ channel }) => (channel as ChannelView).net.minTalkPriority);
  const keptStances = async (): Promise<number[]> => {
    const records = await store.load(door.server.organization().id);
    return records.map(({ net }) => net.minTalkPriority);
  };

  it('is announced to all who see the channel, and kept', async () => {
    const [ann, bob] = [await door.enter('Ann'), await door.enter('Bob')];
    const { channel } = await ann.request('channel.setStance', {
      channel: lobby().id,
      minTalkPriority: 2,
    });
    expect(channel.net.minTalkPriority).to.equal(2);
    expect([updates(ann), updates(bob)]).to.deep.equal([[2], [2]]);
    expect(await keptStances()).to.deep.equal([2]);
  });

  it('says nothing where it changes nothing', async () => {
    const ann = await door.enter('Ann');
    await ann.request('channel.setStance', { channel: lobby().id, minTalkPriority: 0 });
    expect(updates(ann)).to.deep.equal([]);
  });

  it('needs SET_STANCE, which EDIT_CHANNEL is not, and a channel that is there', async () => {
    denied.add('SET_STANCE');
    const ann = await door.enter('Ann');
    const ask = (channel: string, minTalkPriority: number): Promise<string | undefined> =>
      refusalOf(ann.request('channel.setStance', { channel, minTalkPriority }));
    expect(await ask(lobby().id, 2)).to.equal('ACCESS_DENIED');
    expect(await ask(ann.session, 2)).to.equal('NOT_FOUND');
    expect(await ask(lobby().id, 4)).to.equal('INVALID_PARAMS');
    const net = { floorMode: 'lockout', minTalkPriority: 3, unknown: true };
    await ann.ask('channel.update', { channel: lobby().id, net });
    expect(lobby().net).to.deep.equal({
      floorMode: 'lockout',
      minTalkPriority: 0,
      maxTransmissionMs: null,
      replay: true,
    });
    expect(await keptStances()).to.deep.equal([0]);
  });

  it('is the program’s as well, and in the audit', async () => {
    const organization = door.server.organization();
    const { net } = await organization.channels.setStance(lobby().id, 3);
    expect(net.minTalkPriority).to.equal(3);
    const [entry] = await organization.audit(1);
    expect(entry).to.deep.include({
      action: 'channel.setStance',
      details: { channel: lobby().id, minTalkPriority: 3 },
    });
  });
});
