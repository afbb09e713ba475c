import { expect } from 'chai';
import type { VoiceError } from '@sidetone/protocol';
import { connectedClient } from '../support/connected-client.js';
import { FakeServer } from '../support/fake-server.js';

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'resolved',
    (error: VoiceError) => error.code,
  );

describe('The channel tree', () => {
  it('reads from top to bottom, siblings by position and then by name', async () => {
    const server = new FakeServer(['Ground', 'Air']);
    const ground = server.channel('Ground');
    server.addChannel('Convoy', ground.id);
    const squad = server.addChannel('Squad', ground.id);
    server.addChannel('Fire team', squad.id);
    for (const channel of server.channels.values()) {
      server.channels.set(channel.id, { ...channel, position: 0 });
    }
    const { client } = await connectedClient(server, 'Ann');
    expect(client.channels.all().map(({ name }) => name)).to.deep.equal([
      'Air',
      'Ground',
      'Convoy',
      'Squad',
      'Fire team',
    ]);
    expect(client.channels.children.map(({ name }) => name)).to.deep.equal(['Air', 'Ground']);
    const found = client.channels.find('Squad');
    expect(found?.parent?.name).to.equal('Ground');
    expect(found?.children.map(({ name }) => name)).to.deep.equal(['Fire team']);
    expect(client.channels.find(squad.id)).to.equal(found);
    expect(client.channels.find('Sea')).to.equal(null);
  });

  it('has a path with an end where the server sends a circle', async () => {
    const server = new FakeServer([]);
    const above = server.addChannel('Above', '00000000-0000-4000-8000-000000000000');
    const below = server.addChannel('Below', above.id);
    server.channels.set(above.id, { ...above, parent: below.id });
    const { client } = await connectedClient(server, 'Ann');
    const channel = client.channels.find(below.id);
    expect(channel && client.channels.pathOf(channel)).to.deep.equal(['Above', 'Below']);
  });

  it('shows a channel at the top whose parent may not be seen', async () => {
    const server = new FakeServer([]);
    server.addChannel('Cellar', '00000000-0000-4000-8000-000000000000');
    const { client } = await connectedClient(server, 'Ann');
    expect(client.channels.children.map(({ name }) => name)).to.deep.equal(['Cellar']);
    expect(client.channels.children[0]?.parent).to.equal(null);
  });
});

describe('A membership', () => {
  it('joins by name, by id and by channel, and is one object however often it is asked for', async () => {
    const server = new FakeServer();
    const { client } = await connectedClient(server, 'Ann');
    const channel = client.channels.find('Command');
    const membership = await client.channels.join('Command');
    expect(membership.channel).to.equal(channel);
    expect(await client.channels.join(membership.channel.id)).to.equal(membership);
    expect(await client.channels.join(membership.channel)).to.equal(membership);
    expect(channel?.membership).to.equal(membership);
    expect(client.channels.joined).to.deep.equal([membership]);
    expect(membership).to.include({ joined: true, listening: true, selected: false, muted: false });
    expect(membership.maxPriority).to.equal(1);
  });

  it('refuses names that are unknown or that several channels have', async () => {
    const server = new FakeServer(['Squad', 'Squad']);
    const { client } = await connectedClient(server, 'Ann');
    expect(await codeOf(client.channels.join('Sea'))).to.equal('ERR_CLIENT_NOT_FOUND');
    expect(await codeOf(client.channels.join('Squad'))).to.equal('ERR_CLIENT_AMBIGUOUS');
  });

  it('changes its flags on the server and shows what the server then says', async () => {
    const server = new FakeServer();
    const { client, peer } = await connectedClient(server, 'Ann');
    const membership = await client.channels.join('Command', { listening: false });
    expect(membership.listening).to.equal(false);
    await membership.setListening(true);
    await membership.setSelected(true);
    await membership.setDeafened(true);
    await membership.setMuted(true);
    expect(membership).to.include({ listening: true, selected: true, deafened: true, muted: true });
    const calls = peer.received.filter(({ method }) => method === 'channel.setMembership');
    expect(calls.map(({ params }) => Object.keys(params).at(-1))).to.deep.equal([
      'listening',
      'selected',
      'deafened',
      'muted',
    ]);
  });

  it('is over after leaving: its flags stay as they were and its calls reject', async () => {
    const server = new FakeServer();
    const { client } = await connectedClient(server, 'Ann');
    const membership = await client.channels.join('Command');
    await membership.setSelected(true);
    await membership.leave();
    expect(membership.joined).to.equal(false);
    expect(membership.selected).to.equal(true);
    expect(membership.channel.membership).to.equal(null);
    expect(await codeOf(membership.leave())).to.equal('ERR_CLIENT_NOT_JOINED');
    expect(await codeOf(membership.setMuted(true))).to.equal('ERR_CLIENT_NOT_JOINED');
    expect(await codeOf(membership.talk())).to.equal('ERR_CLIENT_NOT_JOINED');
  });

  it('is over when the channel is deleted under it', async () => {
    const server = new FakeServer();
    const { client, peer } = await connectedClient(server, 'Ann');
    const membership = await client.channels.join('Command');
    peer.state('channelDeleted', { channel: membership.channel.id });
    await new Promise((resolve) => setImmediate(resolve));
    expect(membership.joined).to.equal(false);
    expect(membership.channel.occupants).to.deep.equal([]);
    expect(client.self?.channels).to.deep.equal([]);
  });
});
