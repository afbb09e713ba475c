import { expect } from 'chai';
import { collect, recordState } from '../support/collect-events.js';
import { connectedClient } from '../support/connected-client.js';
import { latest, methodsOf, scene } from '../support/scene.js';

describe('A session that outlived a restart of the server', () => {
  it('goes on under its id with its targets, whose handles are others now', async () => {
    const at = await scene();
    const { client, clock, server, peer } = at;
    const ben = await connectedClient(server, 'Ben', { clock });
    const command = await client.channels.join('Command');
    await ben.client.channels.join('Command');
    const target = await command.talk();
    const [id, handle, session] = [target.id, target.lanes[0]?.handle, client.self?.id];
    const lines = recordState(client);
    const failures = collect(client, 'restoreFailed');
    target.start();
    server.restoring = true;
    peer.cut();
    await clock.advanceAsync(0);
    expect(client.state.status).to.equal('connected');
    expect(client.self?.id).to.equal(session);
    expect(command.joined).to.equal(true);
    expect(target).to.include({ id, registered: true, started: true });
    expect(target.lanes[0]?.handle).to.not.equal(handle);
    expect(lines).to.deep.equal([]);
    expect(failures).to.deep.equal([]);
    const asked = methodsOf(latest(at));
    expect(asked).to.not.include('talk.register');
    expect(asked).to.not.include('session.authenticate');
    client.talk.source().write(new Float32Array(960).fill(0.5));
    await clock.advanceAsync(20);
    expect(server.frames.at(-1)?.talkHandle).to.equal(target.lanes[0]?.handle);
    expect(server.strayFrames).to.equal(0);
  });

  it('has a target registered again that the server did not bring along', async () => {
    const at = await scene();
    const { client, clock, server, peer } = at;
    const command = await client.channels.join('Command');
    const target = await command.talk();
    const { id } = target;
    peer.targets.clear();
    server.restoring = true;
    peer.cut();
    await clock.advanceAsync(1);
    expect(target.registered).to.equal(true);
    expect(target.id).to.not.equal(id);
    expect(methodsOf(latest(at))).to.include('talk.register');
  });

  it('is in the channel again that the server had not written down yet', async () => {
    const at = await scene();
    const { client, clock, server, peer } = at;
    const command = await client.channels.join('Command');
    await client.channels.join('Lobby');
    const target = await command.talk();
    const failures = collect(client, 'restoreFailed');
    peer.memberships.delete(command.channel.id);
    peer.targets.clear();
    server.restoring = true;
    peer.cut();
    await clock.advanceAsync(1);
    expect(client.channels.joined.map(({ channel }) => channel.name)).to.have.members([
      'Command',
      'Lobby',
    ]);
    expect(command.joined).to.equal(true);
    expect(target.registered).to.equal(true);
    expect(failures).to.deep.equal([]);
    const joins = latest(at).received.filter(({ method }) => method === 'channel.join');
    expect(joins.map(({ params }) => params['channel'])).to.deep.equal([command.channel.id]);
  });

  it('is asked again what had no answer when the server ended, with the same key', async () => {
    const at = await scene();
    const { client, clock, server, peer } = at;
    server.restoring = true;
    const joined = client.channels.join('Command');
    peer.cut();
    await clock.advanceAsync(1);
    expect((await joined).joined).to.equal(true);
    const keys = server.peers.flatMap(({ received }) =>
      received.filter(({ method }) => method === 'channel.join').map(({ params }) => params['key']),
    );
    expect(new Set(keys).size).to.equal(1);
  });
});
