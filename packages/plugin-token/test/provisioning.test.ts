import { expect } from 'chai';
import { SignJWT } from 'jose';
import {
  AccountStore,
  Authenticator,
  Clock,
  createMemoryStores,
  type AuthenticationResult,
  type Identity,
  type StoreSet,
} from '@sidetone/core';
import { VoiceError } from '@sidetone/protocol';
import {
  createFakeClock,
  createRecordingLogger,
  give,
  mountPlugin,
  type FakeClock,
  type MountedPlugin,
} from '@sidetone/testkit';
import { token, type TokenOptions } from '../src/index.js';

const ISSUER = 'https://app.example.org';
const SECRET = 'a secret of this test that is long enough for HS512, some 80 characters of it';
const NOW_S = 1_800_000_000;

describe('Who signs in with a token', () => {
  let clock: FakeClock;
  let stores: StoreSet;
  const mounted: MountedPlugin[] = [];

  beforeEach(() => {
    clock = createFakeClock();
    clock.shiftWallTime(NOW_S * 1000 - clock.wallTime());
    stores = createMemoryStores({ log: createRecordingLogger() });
  });
  afterEach(async () => {
    for (const plugin of mounted.splice(0)) await plugin.close();
  });

  const open = async (more: Partial<TokenOptions> = {}): Promise<Authenticator> => {
    const plugin = token({ issuer: ISSUER, audience: 'voice', keys: { secret: SECRET }, ...more });
    const given = [give(Clock, clock), give(AccountStore, stores.accounts)];
    const mount = await mountPlugin(plugin, given);
    mounted.push(mount);
    return mount.get(Authenticator);
  };
  const signIn = async (
    authenticator: Authenticator,
    claims: Record<string, unknown> = {},
  ): Promise<AuthenticationResult> => {
    const all = { iss: ISSUER, aud: 'voice', sub: 'ada', iat: NOW_S, exp: NOW_S + 600, ...claims };
    const text = await new SignJWT(all)
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(SECRET));
    return authenticator.authenticate({ token: text }, { remoteAddress: '192.0.2.1' });
  };
  const identityOf = async (signingIn: Promise<AuthenticationResult>): Promise<Identity> => {
    const result = await signingIn;
    if (!result.ok) throw new Error(`${result.code}: ${result.message}`);
    return result.identity;
  };
  const accounts = (): Promise<readonly unknown[]> => stores.accounts.list({ limit: 100 });

  it('has an account from the first time on, and the same one ever after', async () => {
    const authenticator = await open();
    const { userId } = await identityOf(signIn(authenticator, { name: 'Ada' }));
    const account = await stores.accounts.get(userId);
    expect(account).to.deep.equal({
      id: userId,
      name: `Ada ${userId.slice(0, 8)}`,
      displayName: 'Ada',
      disabled: false,
      administrator: false,
      createdAt: NOW_S * 1000,
      version: 1,
    });
    clock.advance(1000);
    expect((await identityOf(signIn(await open(), { name: 'Ada' }))).userId).to.equal(userId);
    expect(await accounts()).to.deep.equal([account]);
  });

  it('may have settings and memberships, which refer to it', async () => {
    const { userId } = await identityOf(signIn(await open()));
    expect(await stores.settings.put({ userId, document: '{"gain":-6}', version: 0 })).to.equal(1);
    const organizationId = '11111111-1111-4111-8111-111111111111';
    await stores.organizations.put({
      ...{ id: organizationId, name: 'Main', admission: 'members', version: 0 },
      ...{ participantLimit: null, channelLimit: null },
    });
    const member = { organizationId, userId, displayName: null, joinedAt: 0, version: 0 };
    expect(await stores.members.put(member)).to.equal(1);
  });

  it('is known by the name that the token has today', async () => {
    const authenticator = await open();
    const { userId } = await identityOf(signIn(authenticator, { name: 'Ada' }));
    const identity = await identityOf(signIn(authenticator, { name: 'Ada Lovelace' }));
    expect(identity).to.include({ userId, displayName: 'Ada Lovelace' });
    const account = await stores.accounts.get(userId);
    expect(account).to.include({ displayName: 'Ada Lovelace', version: 2 });
    expect(account?.name).to.equal(`Ada ${userId.slice(0, 8)}`);
  });

  it('comes in where somebody has the name already, and however long and odd it is', async () => {
    const authenticator = await open();
    const { userId } = await identityOf(signIn(await open({ provisioning: false })));
    await stores.accounts.put({
      ...{ id: '22222222-2222-4222-8222-222222222222', name: `ada ${userId.slice(0, 8)}` },
      ...{ displayName: 'Squatter', disabled: false, administrator: false },
      ...{ createdAt: 0, version: 0 },
    });
    await identityOf(signIn(authenticator));
    const name = (await stores.accounts.get(userId))?.name ?? '';
    expect(name).to.match(/^ada [0-9a-f-]{36}$/);
    const long = await identityOf(signIn(authenticator, { sub: 'b', name: '🎧'.repeat(40) }));
    expect((await stores.accounts.get(long.userId))?.name.length).to.be.at.most(80);
  });

  it('has one account, however many sign in at the same moment', async () => {
    const authenticator = await open();
    const results = await Promise.all(Array.from({ length: 20 }, () => signIn(authenticator)));
    expect(results.every(({ ok }) => ok)).to.equal(true);
    expect(await accounts()).to.have.lengthOf(1);
  });

  it('is kept out with a disabled account, in the words of any token that is not good', async () => {
    const authenticator = await open();
    const { userId } = await identityOf(signIn(authenticator));
    const account = (await stores.accounts.get(userId))!;
    await stores.accounts.put({ ...account, disabled: true });
    const wrong = await signIn(authenticator, { aud: 'other' });
    expect(await signIn(authenticator, { name: 'Another' })).to.deep.equal(wrong);
  });

  it('is an administrator where the account says so, and not where a token does', async () => {
    const authenticator = await open();
    const { userId, administrator } = await identityOf(
      signIn(authenticator, { administrator: true }),
    );
    expect(administrator).to.equal(false);
    const account = (await stores.accounts.get(userId))!;
    await stores.accounts.put({ ...account, administrator: true });
    expect((await identityOf(signIn(authenticator))).administrator).to.equal(true);
  });

  it('gets no account with a token that is not good', async () => {
    const authenticator = await open();
    for (const claims of [{ aud: 'other' }, { exp: NOW_S - 60 }, { sub: '' }]) {
      expect((await signIn(authenticator, claims)).ok).to.equal(false);
    }
    expect(await accounts()).to.deep.equal([]);
  });

  it('is told that the store is gone, which core makes UNAVAILABLE of', async () => {
    const authenticator = await open();
    stores.accounts.get = () => Promise.reject(new VoiceError('ERR_STORE_UNAVAILABLE', 'gone'));
    let code = '';
    await signIn(authenticator).catch((error: VoiceError) => (code = error.code));
    expect(code).to.equal('ERR_STORE_UNAVAILABLE');
  });

  it('has no account where none are wanted', async () => {
    const identity = await identityOf(signIn(await open({ provisioning: false })));
    expect(identity).to.not.have.property('administrator');
    expect(await accounts()).to.deep.equal([]);
  });
});
