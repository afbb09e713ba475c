import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { AccessPolicy, MemberStore, OpenAccessPolicy, type Plugin } from '../../src/index.js';
import { claim, enterAs, knownPeople, type Claim } from './known-people.js';
import { openDoor, settle, type OpenDoor } from './open-door.js';
import { refusalOf, Refused } from './test-peer.js';

async function refused(promise: Promise<unknown>): Promise<Refused> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof Refused ? error : expect.fail(`no refusal but ${String(error)}`);
}

describe('The way into an organization', () => {
  let door: OpenDoor;

  beforeEach(async () => {
    door = await openDoor([knownPeople()]);
  });

  afterEach(() => door.server.stop());

  const enter = (who: Claim, organization?: string, address?: string) =>
    enterAs(door, who, organization, address);
  const account = (name: string) => door.server.users.create({ name });

  it('leads where the client says, else where the credentials say, else to the server’s own', async () => {
    const { organizations } = door.server;
    const { id: alpha } = await organizations.create({ name: 'Alpha', admission: 'open' });
    const { id: beta } = await organizations.create({ name: 'Beta', admission: 'open' });
    const who = { userId: randomUUID() };
    expect((await enter(who)).organization.name).to.equal('Main');
    expect((await enter(who, 'alpha')).organization.id).to.equal(alpha);
    expect((await enter({ ...who, organization: beta })).organization.id).to.equal(beta);
    expect((await enter({ ...who, organization: 'beta' }, beta)).organization.id).to.equal(beta);
  });

  it('is closed to credentials of another organization, alike whether the wanted one is there', async () => {
    await door.server.organizations.create({ name: 'Alpha', admission: 'open' });
    const who = { userId: randomUUID(), organization: 'Main' };
    const there = await refused(enter(who, 'Alpha'));
    const nowhere = await refused(enter(who, 'Nowhere'));
    expect(there.code).to.equal('ACCESS_DENIED');
    expect(nowhere.body).to.deep.equal(there.body);
    expect(await refusalOf(enter({ ...who, organization: 'Nowhere' }))).to.equal('NOT_FOUND');
  });

  it('is open to members and administrators alone where it says so', async () => {
    const { id } = await door.server.organizations.create({ name: 'Alpha' });
    const [ann, ben] = [await account('ann'), await account('ben')];
    await door.server.organization(id).members.put(ann.id, { displayName: 'Viper 1' });
    const entered = await enter({ userId: ann.id, displayName: 'ann' }, id);
    expect(entered.user.name).to.equal('Viper 1');
    expect(await refusalOf(enter({ userId: ben.id }, id))).to.equal('NOT_FOUND');
    expect(await refusalOf(enter({ userId: ben.id, administrator: true }, id))).to.equal(undefined);
    expect(await refusalOf(enter({ userId: ann.id, guest: true }, id))).to.equal('NOT_FOUND');
  });

  it('answers alike for an organization that is closed and one that is not there, banned or not', async () => {
    await door.server.organizations.create({ name: 'Secret' });
    const { bans } = door.server.organization('Secret');
    const [ann, ben] = [await account('ann'), await account('ben')];
    await bans.add({ userId: ben.id });
    for (const userId of [ann.id, ben.id]) {
      for (const guest of [true, false]) {
        const closed = await refused(enter({ userId, guest }, 'Secret'));
        const absent = await refused(enter({ userId, guest }, 'Absent'));
        expect(JSON.stringify(absent.body).replace('Absent', 'Secret')).to.equal(
          JSON.stringify(closed.body),
        );
      }
    }
  });

  it('is shut to banned users and networks, who are told why and until when', async () => {
    const { bans } = door.server.organization();
    const userId = randomUUID();
    await bans.add({ userId, reason: 'shouting', durationMs: 60_000 });
    await bans.add({ network: '203.0.113.0/24' });
    const banned = await refused(enter({ userId }));
    expect(banned.code).to.equal('BANNED');
    expect(banned.body.message).to.include('shouting').and.include('2026-01-01T00:01:00');
    const other = { userId: randomUUID(), guest: true };
    const far = refused(enter(other, undefined, '::ffff:203.0.113.77'));
    expect((await far).code).to.equal('BANNED');
    expect(await refusalOf(enter(other, undefined, '203.0.114.1'))).to.equal(undefined);
    await door.clock.advanceAsync(60_000);
    expect(await refusalOf(enter({ userId }))).to.equal(undefined);
  });

  it('has room for as many as the organization allows, also when they come at once', async () => {
    const { id } = await door.server.organizations.create({
      name: 'Small',
      admission: 'open',
      participantLimit: 2,
    });
    const come = [1, 2, 3, 4].map(() => refusalOf(enter({ userId: randomUUID() }, id)));
    expect((await Promise.all(come)).sort()).to.deep.equal([
      'SERVER_FULL',
      'SERVER_FULL',
      undefined,
      undefined,
    ]);
    const [first] = door.server.organization(id).participants.list();
    await door.server.organization(id).participants.kick(first?.session ?? '');
    expect(await refusalOf(enter({ userId: randomUUID() }, id))).to.equal(undefined);
  });

  it('passes an authenticator’s refusal on, with when to come back', async () => {
    const codes = ['UNAVAILABLE', 'ALREADY_EXISTS', 'ACCESS_DENIED', 'RATE_LIMITED'] as const;
    for (const code of codes) {
      const deny = { ok: false, code, message: 'no', retryAfterMs: 70 } as const;
      const { body } = await refused(enter({ userId: randomUUID(), deny }));
      expect(body.data).to.include({ code, retryAfterMs: 70 });
    }
  });
});

describe('What changes while somebody signs in', () => {
  /** A door whose policy waits until `release` is called. */
  async function slowDoor(): Promise<OpenDoor & { readonly release: () => void }> {
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const open = new OpenAccessPolicy();
    const slow: Plugin = {
      name: 'slow',
      version: '1.0.0',
      provides: [AccessPolicy],
      setup(ctx) {
        ctx.provide(AccessPolicy, () => ({
          load: (subject) => gate.then(() => open.load(subject)),
          onChange: () => () => {},
        }));
      },
    };
    return { ...(await openDoor([knownPeople(), slow])), release };
  }

  const changes = {
    'a ban': ['BANNED', (door, userId) => door.server.organization('Team').bans.add({ userId })],
    'a disabled account': [
      'AUTHENTICATION_FAILED',
      (door, userId) => door.server.users.disable(userId),
    ],
    'a deleted account': [
      'AUTHENTICATION_FAILED',
      (door, userId) => door.server.users.delete(userId),
    ],
    'a membership taken back': [
      'AUTHENTICATION_FAILED',
      (door, userId) => door.server.organization('Team').members.remove(userId),
    ],
    'a deleted organization': [
      'NOT_FOUND',
      (door) => door.server.organizations.delete(door.server.organization('Team').id),
    ],
  } satisfies Record<string, [string, (door: OpenDoor, userId: string) => Promise<unknown>]>;

  for (const [name, [code, change]] of Object.entries(changes)) {
    it(`acts at once: ${name}`, async () => {
      const door = await slowDoor();
      await door.server.organizations.create({ name: 'Team' });
      const { id } = await door.server.users.create({ name: 'ann' });
      await door.server.organization('Team').members.put(id);
      const signingIn = refusalOf(claim(door.connect(), { userId: id }, 'Team'));
      await settle();
      await change(door, id);
      door.release();
      expect(await signingIn).to.equal(code);
      await door.server.stop();
    });
  }

  it('does not concern who signs in after it', async () => {
    const door = await openDoor([knownPeople()]);
    const { id } = await door.server.users.create({ name: 'ann' });
    await door.server.users.disable(id);
    await door.server.users.enable(id);
    expect(await refusalOf(enterAs(door, { userId: id }))).to.equal(undefined);
    await door.server.stop();
  });

  it('is asked of the store in the same way for any organization', async () => {
    const asked: string[] = [];
    const counting: Plugin = {
      name: 'counting',
      version: '1.0.0',
      requires: [MemberStore],
      setup(ctx) {
        const store = ctx.get(MemberStore);
        const get = store.get.bind(store);
        store.get = (organizationId, userId) => {
          asked.push(organizationId);
          return get(organizationId, userId);
        };
      },
    };
    const door = await openDoor([knownPeople(), counting]);
    await door.server.organizations.create({ name: 'Secret' });
    for (const name of ['Secret', 'Absent']) {
      await refusalOf(enterAs(door, { userId: randomUUID() }, name));
    }
    expect(asked).to.have.lengthOf(2);
    await door.server.stop();
  });
});
