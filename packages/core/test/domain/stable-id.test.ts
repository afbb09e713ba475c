import { expect } from 'chai';
import { stableId } from '../../src/domain/stable-id.js';
import { openDoor } from './open-door.js';

const UUID_V8 = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('Ids made of names', () => {
  it('are UUIDs of version 8, equal for equal names', () => {
    const names = ['Lobby', 'Command', '', 'Leitstelle Süd', '["a"]'];
    const ids = names.map((name) => stableId('channel', name));
    for (const id of ids) expect(id).to.match(UUID_V8);
    expect(new Set(ids).size).to.equal(names.length);
    expect(names.map((name) => stableId('channel', name))).to.deep.equal(ids);
    expect(stableId('organization', 'Main')).to.equal('ee197399-5afc-8a60-a399-c9c73041adf2');
  });

  it('tell one long name from two short ones', () => {
    expect(stableId('a', 'b')).not.to.equal(stableId('a","b'));
    expect(stableId('ab', 'c')).not.to.equal(stableId('a', 'bc'));
  });
});

describe('The first channels of a server', () => {
  const idsOf = async (options: { organization?: string; initialChannels: string[] }) => {
    const { server } = await openDoor([], options);
    const { id, channels } = server.organization();
    const ids = channels.list().map((channel) => [channel.name, channel.id]);
    const entries = await server.organization().audit();
    await server.stop();
    return { id, ids: Object.fromEntries(ids) as Record<string, string>, entries };
  };

  it('have the same ids at every start, whatever stands beside them', async () => {
    const first = await idsOf({ initialChannels: ['Lobby', 'Command'] });
    const second = await idsOf({ initialChannels: ['Command', 'Tactical', 'Lobby'] });
    expect(second.id).to.equal(first.id);
    expect(second.ids).to.include(first.ids);
    expect(new Set(Object.values(second.ids)).size).to.equal(3);
  });

  it('have other ids in another organization', async () => {
    const main = await idsOf({ initialChannels: ['Lobby'] });
    const other = await idsOf({ organization: 'Other', initialChannels: ['Lobby'] });
    expect(other.id).not.to.equal(main.id);
    expect(other.ids['Lobby']).not.to.equal(main.ids['Lobby']);
  });

  it('are made like any channel, and audited', async () => {
    const { entries } = await idsOf({ initialChannels: ['Lobby'] });
    expect(entries).to.have.lengthOf(1);
    expect(entries[0]).to.deep.include({
      action: 'channel.create',
      actor: { kind: 'program', name: 'first start' },
      details: { parent: null, name: 'Lobby' },
    });
  });

  it('are not those that somebody makes: these are random', async () => {
    const ids = new Set<string>();
    for (let start = 0; start < 2; start += 1) {
      const { server } = await openDoor();
      ids.add((await server.organization().channels.create({ name: 'Made' })).id);
      await server.stop();
    }
    expect(ids.size).to.equal(2);
  });
});
