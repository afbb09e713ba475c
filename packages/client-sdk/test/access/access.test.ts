import { expect } from 'chai';
import {
  AccessPolicy,
  PasswordHasher,
  type AccessChange,
  type AccessScope,
  type Plugin,
} from '@sidetone/core';
import type { VoiceError } from '@sidetone/protocol';
import { collect } from '../support/collect-events.js';
import { RealServer } from '../support/real-server.js';

/** Everything is allowed but what is in `denied`: a permission, and `VIEW` with an id of a channel. */
class Denials {
  readonly denied = new Set<string>();
  announce: (change: AccessChange) => void = () => undefined;

  readonly plugin: Plugin = {
    name: 'denials',
    version: '1.0.0',
    provides: [AccessPolicy, PasswordHasher],
    setup: (ctx) => {
      ctx.provide(PasswordHasher, () => ({
        hash: (password) => Promise.resolve(`#${password}`),
        verify: (hash, password) =>
          Promise.resolve({ ok: hash === `#${password}`, outdated: false }),
      }));
      ctx.provide(AccessPolicy, () => ({
        load: () =>
          Promise.resolve({
            allows: (permission, scope) => this.#allows(permission, scope),
            explain: (permission, scope) => {
              const allowed = this.#allows(permission, scope);
              return {
                allowed,
                because: [{ text: 'it is so', effect: allowed ? 'allow' : 'deny' }],
              };
            },
          }),
        onChange: (listener) => {
          this.announce = listener;
          return () => undefined;
        },
      }));
    },
  };

  #allows(permission: string, { channelId }: AccessScope): boolean {
    return !this.denied.has(permission) && !this.denied.has(`${permission} ${channelId ?? ''}`);
  }
}

describe('client.access', () => {
  let server: RealServer;
  let policy: Denials;

  beforeEach(async () => {
    policy = new Denials();
    policy.denied.add('BYPASS_PASSWORD');
    server = new RealServer({}, [policy.plugin]);
    await server.start();
  });

  afterEach(() => server.stop());

  it('lists and explains what one may do, and tells when that changes', async () => {
    const { client } = await server.connect('Ann');
    const changes = collect(client, 'permissionsChanged');
    expect(client.access.permissions).to.include('KICK').and.not.include('BYPASS_PASSWORD');
    expect(await client.access.list('Lobby').catch((error: VoiceError) => error.code)).to.equal(
      'INVALID_PARAMS',
    );
    const lobby = client.channels.find('Lobby') ?? expect.fail('no Lobby');
    expect(await client.access.list(lobby)).to.include('SPEAK');
    policy.denied.add('KICK').add(`SPEAK ${lobby.id}`);
    policy.announce({});
    await server.clock.settle();
    expect(client.access.permissions).to.not.include('KICK');
    expect(changes.map(({ permissions }) => permissions)).to.deep.equal([
      client.access.permissions,
    ]);
    const explained = await client.access.explain({ permission: 'SPEAK', channel: lobby });
    expect(explained).to.deep.include({ allowed: false });
    expect(await client.access.list(lobby)).to.not.include('SPEAK');
    const self = client.self ?? expect.fail('no self');
    expect(await client.access.explain({ permission: 'MUTE', on: self })).to.include({
      allowed: true,
    });
    await client.close();
  });

  it('tells of a change that came while the client was away, once', async () => {
    const { client, links } = await server.connect('Ann');
    const changes = collect(client, 'permissionsChanged');
    const lobby = client.channels.find('Lobby') ?? expect.fail('no Lobby');
    links[0]?.cut();
    await server.clock.settle();
    policy.denied.add('KICK').add(`VIEW ${lobby.id}`);
    policy.announce({});
    await server.clock.advanceAsync(1000);
    expect(client.state.status).to.equal('connected');
    expect(client.access.permissions).to.not.include('KICK');
    expect(changes).to.have.lengthOf(1);
    expect(client.channels.find('Lobby')).to.equal(null);
    await client.close();
  });

  it('gives the password of a channel, and gives it again where a session is replaced', async () => {
    await server.organization.channels.create({ name: 'Vault', password: 'word' });
    const { client } = await server.connect('Ann');
    const vault = client.channels.find('Vault');
    expect(vault?.passwordProtected).to.equal(true);
    const codes = [undefined, 'sword'].map((password) =>
      client.channels.join('Vault', password === undefined ? {} : { password }).then(
        () => 'joined',
        (error: VoiceError) => error.code,
      ),
    );
    expect(await Promise.all(codes)).to.deep.equal(['PASSWORD_REQUIRED', 'PASSWORD_WRONG']);
    const membership = await client.channels.join('Vault', { password: 'word' });
    expect(membership.joined).to.equal(true);
    const failures = collect(client, 'restoreFailed');
    const before = client.self?.id;
    await server.stop();
    await server.start();
    await server.organization.channels.create({ name: 'Vault', password: 'word' });
    await server.clock.advanceAsync(5000);
    expect(client.self?.id).to.not.equal(before);
    // Of a server that keeps nothing the channel is another one of that name.
    expect(failures.map(({ failure }) => failure.what)).to.deep.equal([]);
    expect(client.channels.find('Vault')?.membership?.joined).to.equal(true);
    await client.close();
  });
});
