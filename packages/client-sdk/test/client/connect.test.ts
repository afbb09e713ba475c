import { expect } from 'chai';
import { createFakeClock } from '@sidetone/testkit';
import type { VoiceError } from '@sidetone/protocol';
import type { ClientState } from '../../src/client/client-state.js';
import { guest } from '../../src/control/authentication.js';
import { clientOf, connectedClient } from '../support/connected-client.js';
import { FakeServer } from '../support/fake-server.js';

async function rejection(promise: Promise<unknown>): Promise<VoiceError> {
  try {
    await promise;
  } catch (error) {
    return error as VoiceError;
  }
  throw new Error('it was not rejected');
}

describe('Connecting', () => {
  it('resolves with a complete state: who one is, who else is there, which channels there are', async () => {
    const server = new FakeServer(['Lobby', 'Command', 'Flight']);
    await connectedClient(server, 'Ann');
    const { client, peer } = await connectedClient(server, 'Ben');
    expect(client.state.status).to.equal('connected');
    expect(client.self?.name).to.equal('Ben');
    expect(client.self?.id).to.equal(peer.session);
    expect(client.participants.all().map(({ name }) => name)).to.deep.equal(['Ann', 'Ben']);
    expect(client.channels.all().map(({ name }) => name)).to.deep.equal([
      'Lobby',
      'Command',
      'Flight',
    ]);
  });

  it('goes through its states in order and tells each', async () => {
    const server = new FakeServer();
    const client = clientOf(server, 'Ann');
    const seen: ClientState['status'][] = [client.state.status];
    client.on('stateChanged', ({ state, previous }) => {
      expect(previous.status).to.equal(seen.at(-1));
      seen.push(state.status);
    });
    await client.connect();
    await client.close();
    expect(seen).to.deep.equal(['disconnected', 'connecting', 'connected', 'closed']);
  });

  it('takes the credentials from connect and gives each session random bits of its own', async () => {
    const server = new FakeServer();
    const client = clientOf(server, 'Ann');
    await client.connect(guest('Zoe'));
    expect(client.self?.name).to.equal('Zoe');
    server.peers[0]?.cut(4003);
    await Promise.resolve();
    await client.connect();
    const [first, second] = server.peers.map(({ received }) => received[0]?.params['instance']);
    expect(first).to.match(/^[A-Za-z0-9_-]{22}$/);
    expect(second).to.match(/^[A-Za-z0-9_-]{22}$/);
    expect(first).to.not.equal(second);
  });

  it('rejects with what the server answers when the sign-in is refused', async () => {
    const client = clientOf(new FakeServer(), 'nobody');
    const error = await rejection(client.connect());
    expect(error.code).to.equal('AUTHENTICATION_FAILED');
    const { state } = client;
    expect(state.status === 'disconnected' && state.reason?.kind).to.equal('signInFailed');
  });

  it('says which ways to sign in there are when its own is not among them', async () => {
    const server = new FakeServer();
    server.authenticationMethods = ['password', 'token'];
    const error = await rejection(clientOf(server, 'Ann').connect());
    expect(error.code).to.equal('ERR_CLIENT_AUTHENTICATION_METHOD');
    expect(error.message).to.include('password, token');
  });

  it('rejects when the server takes longer than 10 s in all, saying nothing meanwhile', async () => {
    const server = new FakeServer();
    server.mute.add('session.authenticate');
    const clock = createFakeClock();
    const client = clientOf(server, 'Ann', { clock });
    const refused = rejection(client.connect());
    await clock.advanceAsync(9_999);
    expect(client.state.status).to.equal('connecting');
    await clock.advanceAsync(1);
    expect((await refused).code).to.equal('ERR_CLIENT_CONNECT');
    expect(clock.pending).to.equal(0);
  });

  it('rejects when the connection is cut before the end of the snapshot', async () => {
    const server = new FakeServer();
    server.mute.add('session.authenticate');
    const client = clientOf(server, 'Ann');
    const refused = rejection(client.connect());
    server.peers[0]?.cut();
    expect((await refused).code).to.equal('ERR_CLIENT_CONNECT');
  });

  it('refuses to connect twice, without a way to sign in, and after close', async () => {
    const server = new FakeServer();
    const { client } = await connectedClient(server, 'Ann');
    expect((await rejection(client.connect())).code).to.equal('ERR_CLIENT_STATE');
    await client.close();
    expect((await rejection(client.connect())).code).to.equal('ERR_CLIENT_STATE');
    const fresh = clientOf(server, 'Ben');
    expect((await rejection(fresh.connect(null))).code).to.equal('ERR_CLIENT_OPTIONS');
  });

  it('closes by ending the session first, and leaves no timer behind', async () => {
    const server = new FakeServer();
    const clock = createFakeClock();
    const { client, peer } = await connectedClient(server, 'Ann', { clock });
    await client.close();
    await client.close();
    const closes = peer.received.filter(({ method }) => method === 'session.close');
    expect(closes).to.have.length(1);
    expect(client.self).to.equal(null);
    expect(clock.pending).to.equal(0);
  });

  it('closes within a second when the server does not answer any more', async () => {
    const server = new FakeServer();
    const clock = createFakeClock();
    const { client } = await connectedClient(server, 'Ann', { clock });
    server.mute.add('session.close');
    const closed = client.close();
    await clock.advanceAsync(1_000);
    await closed;
    expect(client.state.status).to.equal('closed');
  });

  it('starts anew after a disconnect for good, with a new session and the state of now', async () => {
    const server = new FakeServer();
    const { client, peer } = await connectedClient(server, 'Ann');
    const before = client.channels.find('Command');
    const membership = await client.channels.join('Command');
    peer.cut(4003);
    await Promise.resolve();
    expect(client.self).to.equal(null);
    peer.signedIn = false;
    await client.connect();
    expect(client.self?.id).to.equal(server.peers[1]?.session);
    expect(client.channels.find('Command')).to.not.equal(before);
    expect(membership.joined).to.equal(false);
  });
});

describe('createClient', () => {
  it('names every option that is wrong in one error', () => {
    const build = (): unknown =>
      clientOf(new FakeServer(), 'Ann', {
        url: 'ftp://example.org',
        voice: { transports: [], playoutDelayMs: -1 },
      });
    expect(build).to.throw().with.property('code', 'ERR_CLIENT_OPTIONS');
    expect(build).to.throw(/ftp:.*transports.*playoutDelayMs/s);
  });

  it('refuses credentials in the URL, for URLs end up in logs', () => {
    const build = (): unknown => clientOf(new FakeServer(), 'Ann', { url: 'ws://ann:secret@host' });
    expect(build).to.throw(/credentials/);
    expect(build).to.not.throw(/secret/);
  });
});
