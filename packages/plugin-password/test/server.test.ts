import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import {
  AccountStore,
  CredentialStore,
  InviteStore,
  MemberStore,
  Metrics,
  PasswordHasher,
  type AccountRecord,
} from '@sidetone/core';
import {
  memoryTransport,
  startServer,
  waitFor,
  type MemoryTransport,
  type StartedServer,
} from '@sidetone/testkit';
import { password, Passwords, type PasswordOptions } from '../src/index.js';
import { Wire, type Answer } from './double/wire.js';

const GOOD = 'correct horse battery';
const OTHER = 'another long sentence';

function codeOf({ error }: Answer): string | null {
  return error && error.code;
}

describe('a server with password()', function () {
  this.timeout(30_000);
  let started: StartedServer;
  let transport: MemoryTransport;

  async function start(options: PasswordOptions = { registration: 'open' }): Promise<void> {
    transport = memoryTransport();
    started = await startServer([transport, password({ concurrency: 1, ...options })]);
  }
  afterEach(() => started.stop());

  const connect = (address?: string): Wire => new Wire(transport, address);
  const register = async (name: string, more: object = {}, wire = connect()): Promise<Answer> =>
    wire.authenticate('register', { name, password: GOOD, ...more });
  const login = (name: string, word = GOOD, wire = connect()): Promise<Answer> =>
    wire.authenticate('password', { name, password: word });
  const hashes = (): number => {
    const { 'password.hashed.hash': made = 0, 'password.hashed.verify': verified = 0 } =
      started.server.get(Metrics).snapshot();
    return made + verified;
  };
  async function account(name: string): Promise<AccountRecord> {
    const found = await started.server.get(AccountStore).findByName(name);
    if (!found) throw new Error(`there is no "${name}"`);
    return found;
  }

  it('registers, and signs in whom it has registered', async () => {
    await start();
    const { result } = await register('Ada', { displayName: 'Ada L.' });
    expect(result['user']).to.deep.include({ name: 'Ada L.', guest: false });
    const again = await login('ada');
    expect(again.result['user']).to.deep.equal(result['user']);
  });

  it('keeps a hash of Argon2id with its parameters', async () => {
    await start({ registration: 'open', memoryKiB: 20_000, passes: 3 });
    await register('Ada');
    const { id } = await account('Ada');
    const credential = await started.server.get(CredentialStore).get(id, 'password');
    expect(credential?.hash).to.match(/^\$argon2id\$v=19\$m=20000,/);
  });

  it('does the same hashing for a known and an unknown user, with the same answer', async () => {
    await start();
    await register('Ada');
    const before = hashes();
    const wrong = await login('Ada', OTHER);
    const between = hashes();
    const unknown = await login('Nobody', OTHER);
    expect([between - before, hashes() - between]).to.deep.equal([1, 1]);
    expect(wrong.error).to.deep.include({ code: 'AUTHENTICATION_FAILED' });
    expect(unknown.error?.message).to.equal(wrong.error?.message);
  });

  it('pauses who guesses, and hashes nothing meanwhile', async () => {
    await start();
    await register('Ada', {}, connect('192.0.2.1'));
    for (let times = 0; times < 5; times++) await login('Ada', OTHER, connect('192.0.2.2'));
    const before = hashes();
    const refused = await login('Ada', GOOD, connect('192.0.2.2'));
    expect(codeOf(refused)).to.equal('RATE_LIMITED');
    expect(refused.error?.retryAfterMs).to.be.within(1, 1000);
    expect(hashes()).to.equal(before);
    expect(codeOf(await login('Ada', GOOD, connect('192.0.2.1')))).to.equal(null);
  });

  it('offers no registration when that is closed', async () => {
    await start({ registration: 'closed' });
    const wire = connect();
    const answer = await register('Ada', {}, wire);
    expect(codeOf(answer)).to.equal('INVALID_PARAMS');
    expect(wire.heard).to.include('"authentication":["password"]');
  });

  it('registers with an invite as long as it is good, and makes a member of its organization', async () => {
    await start({ registration: 'invite' });
    expect(codeOf(await register('Ada'))).to.equal('ACCESS_DENIED');
    const { id: organizationId } = started.server.organization();
    const { code } = await started.server.organization().invites.create({ maxUses: 1 });
    expect(codeOf(await register('Ada', { invite: code }))).to.equal(null);
    expect(codeOf(await register('Bob', { invite: code }))).to.equal('ACCESS_DENIED');
    const [use] = await started.server.get(InviteStore).list(organizationId);
    expect(use?.uses).to.equal(1);
    const { id } = await account('Ada');
    expect(await started.server.get(MemberStore).get(organizationId, id)).to.deep.include({
      userId: id,
    });
  });

  it('lets a hundred in who register at once and obey the answer, and then sign in at once', async () => {
    await start();
    const persist = async (ask: () => Promise<Answer>): Promise<Answer> => {
      for (;;) {
        const answer = await ask();
        const waitMs = answer.error?.retryAfterMs;
        if (waitMs === undefined) return answer;
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    };
    const names = Array.from({ length: 100 }, (_, index) => `User ${index}`);
    const all = (ask: (name: string, wire: Wire) => Promise<Answer>): Promise<Answer[]> =>
      Promise.all(names.map((name) => persist(() => ask(name, connect('127.0.0.1')))));
    const registered = await all((name, wire) => register(name, {}, wire));
    expect(registered.map(codeOf)).to.deep.equal(names.map(() => null));
    const signedIn = await all((name, wire) => login(name, GOOD, wire));
    expect(signedIn.map(codeOf)).to.deep.equal(names.map(() => null));
  }).timeout(60_000);

  describe('whose user changes the password', () => {
    let wire: Wire;

    beforeEach(async () => {
      await start();
      wire = connect();
      await register('Ada', {}, wire);
    });

    const change = (current: string, next: string, key = randomUUID()): Promise<Answer> =>
      wire.ask('password.change', { current, next, key });

    it('ends the other sessions with CREDENTIALS_CHANGED, and lets only the new one in', async () => {
      const other = connect();
      await login('Ada', GOOD, other);
      expect(codeOf(await change(GOOD, OTHER))).to.equal(null);
      const end = await waitFor(() => other.link.end);
      expect(end.code).to.equal(4014);
      expect(wire.link.end).to.equal(null);
      expect(codeOf(await login('Ada', OTHER))).to.equal(null);
      expect(codeOf(await login('Ada', GOOD))).to.equal('AUTHENTICATION_FAILED');
    });

    it('is answered the same when the request comes twice', async () => {
      const key = randomUUID();
      expect(codeOf(await change(GOOD, OTHER, key))).to.equal(null);
      expect(codeOf(await change(GOOD, OTHER, key))).to.equal(null);
    });

    it('refuses a wrong present one, a weak next one and the same again', async () => {
      expect(codeOf(await change(OTHER, GOOD))).to.equal('ACCESS_DENIED');
      expect(codeOf(await change(GOOD, 'short'))).to.equal('INVALID_PARAMS');
      expect(codeOf(await change(GOOD, GOOD))).to.equal('INVALID_PARAMS');
      expect(codeOf(await login('Ada'))).to.equal(null);
    });

    it('is no way to guess, and does not keep the user from signing in', async () => {
      for (let times = 0; times < 5; times++) await change(OTHER, GOOD);
      expect(codeOf(await change(OTHER, GOOD))).to.equal('RATE_LIMITED');
      expect(codeOf(await login('Ada'))).to.equal(null);
    });
  });

  describe('in the hands of an administrator', () => {
    let passwords: Passwords;
    let userId: string;

    beforeEach(async () => {
      await start();
      passwords = started.server.get(Passwords);
      userId = (await started.server.users.create({ name: 'Bob' })).id;
    });

    it('gives a temporary password that signs in with a new one beside it', async () => {
      const temporary = await passwords.setTemporary(userId);
      expect(temporary).to.match(/^[A-Za-z0-9_-]{20}$/);
      expect(codeOf(await login('Bob', temporary))).to.equal('ACCESS_DENIED');
      const both = { name: 'Bob', password: temporary, newPassword: GOOD };
      expect(codeOf(await connect().authenticate('password', both))).to.equal(null);
    });

    it('ends all sessions of the user with a new password', async () => {
      await passwords.set(userId, GOOD);
      const wire = connect();
      await login('Bob', GOOD, wire);
      await passwords.set(userId, OTHER, { mustChange: true });
      expect((await waitFor(() => wire.link.end)).code).to.equal(4014);
    });

    it('takes no weak password, and none for nobody', async () => {
      const weak = await passwords.set(userId, 'short').catch((error: unknown) => error);
      expect(weak).to.have.property('code', 'ERR_PASSWORD_WEAK');
      const nobody = await passwords.set(randomUUID(), GOOD).catch((error: unknown) => error);
      expect(nobody).to.have.property('code', 'ERR_PASSWORD_ACCOUNT_UNKNOWN');
    });

    it('takes plaintexts over as hashes, and weak ones for one sign-in', async () => {
      expect(await passwords.import(userId, { plaintext: GOOD })).to.equal('good');
      expect(codeOf(await login('Bob'))).to.equal(null);
      expect(await passwords.import(userId, { plaintext: 'secret' })).to.equal('mustChange');
      expect(codeOf(await login('Bob', 'secret'))).to.equal('ACCESS_DENIED');
      const both = { name: 'Bob', password: 'secret', newPassword: OTHER };
      expect(codeOf(await connect().authenticate('password', both))).to.equal(null);
    });

    it('takes hashes of Argon2id over as they are', async () => {
      const hash = await started.server.get(PasswordHasher).hash(GOOD);
      expect(await passwords.import(userId, { hash })).to.equal('good');
      expect(codeOf(await login('Bob'))).to.equal(null);
    });

    it('can make nothing of other hashes, and keeps nothing of them', async () => {
      for (const hash of [
        '$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW',
        '5f4dcc3b5aa765d61d8327deb882cf99',
        'plain',
      ]) {
        expect(await passwords.import(userId, { hash })).to.equal('none');
        const kept = await started.server.get(CredentialStore).get(userId, 'password');
        expect(kept).to.deep.include({ hash: '!', mustChange: true });
        expect(codeOf(await login('Bob', hash))).to.equal('AUTHENTICATION_FAILED');
      }
    });
  });
});
