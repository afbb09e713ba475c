import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { PasswordHasher, type Plugin } from '../../src/index.js';
import { openDoor, settle, type OpenDoor } from '../domain/open-door.js';
import { ReturningClient } from '../domain/returning-client.js';
import { refusalOf, type Refused } from '../domain/test-peer.js';
import { ScriptedPolicy } from '../double/scripted-policy.js';

const SECRET = 'open sesame 4711';
const unlimited = { limits: { commandBurst: 1000, commandsPerSecond: 1000 } };

/** Hashes by turning round, counts, and waits where it is told to. */
class SlowHasher implements PasswordHasher {
  checks = 0;
  wait: Promise<void> = Promise.resolve();

  hash(password: string): Promise<string> {
    return Promise.resolve(`$turned$${[...password].reverse().join('')}`);
  }

  async verify(hash: string | null, password: string): Promise<{ ok: boolean; outdated: boolean }> {
    this.checks += 1;
    const ok = hash === (await this.hash(password));
    await this.wait;
    return { ok, outdated: false };
  }
}

describe('A channel with a password', () => {
  let door: OpenDoor;
  let hasher: SlowHasher;
  let policy: ScriptedPolicy;
  let channel: string;
  const seen: unknown[] = [];

  beforeEach(async () => {
    hasher = new SlowHasher();
    policy = new ScriptedPolicy(
      ({ identity }, permission) =>
        permission !== 'BYPASS_PASSWORD' || identity.displayName === 'Chief',
    );
    const plugin: Plugin = {
      name: 'hasher',
      version: '1.0.0',
      provides: [PasswordHasher],
      setup(ctx) {
        ctx.provide(PasswordHasher, () => hasher);
        for (const name of ['channel.join', 'channel.create', 'channel.update']) {
          ctx.guard(name, (request) => {
            seen.push(request);
            return { allow: true };
          });
        }
        for (const fact of ['channelCreated', 'channelUpdated', 'membershipChanged'] as const) {
          ctx.observe(fact, (told) => void seen.push(told));
        }
      },
    };
    door = await openDoor([policy.plugin, plugin], unlimited);
    const { channels } = door.server.organization();
    channel = (await channels.create({ name: 'Vault', password: SECRET })).id;
  });

  afterEach(async () => {
    await door.server.stop();
    seen.length = 0;
  });

  it('asks for it, tells a wrong one, and lets in who knows it', async () => {
    const ann = await door.enter('Ann');
    const join = (password?: string): Promise<string | undefined> =>
      refusalOf(
        ann.request('channel.join', { channel, ...(password === undefined ? {} : { password }) }),
      );
    expect(await join()).to.equal('PASSWORD_REQUIRED');
    expect(await join('shut')).to.equal('PASSWORD_WRONG');
    expect(await join(SECRET)).to.equal(undefined);
    expect(door.server.organization().channels.get(channel)?.passwordProtected).to.equal(true);
    expect(await join()).to.equal(undefined);
    expect(hasher.checks).to.equal(2);
  });

  it('asks neither who bypasses it, nor who is brought in, nor anybody once it is taken away', async () => {
    const [chief, ann, bob] = [
      await door.enter('Chief'),
      await door.enter('Ann'),
      await door.enter('Bob'),
    ];
    await chief.request('channel.join', { channel });
    const lobby = door.server.organization().channels.find('Lobby')?.id ?? '';
    await ann.request('channel.join', { channel: lobby });
    const move = { session: ann.session, from: lobby, to: channel };
    expect(await refusalOf(ann.request('participant.move', move))).to.equal('PASSWORD_REQUIRED');
    await chief.request('participant.move', move);
    await chief.request('channel.update', { channel, password: null });
    await bob.request('channel.join', { channel });
    expect(hasher.checks).to.equal(0);
  });

  it('asks again when it was changed while the old one was being checked', async () => {
    const ann = await door.enter('Ann');
    let go = (): void => {};
    hasher.wait = new Promise((resolve) => (go = resolve));
    const joining = refusalOf(ann.request('channel.join', { channel, password: SECRET }));
    await settle();
    await door.server.organization().channels.update(channel, { password: 'another' });
    go();
    expect(await joining).to.equal('PASSWORD_REQUIRED');
    await ann.request('channel.join', { channel, password: 'another' });
  });

  it('looks at rights again when the password has been checked', async () => {
    const ann = await door.enter('Ann');
    let go = (): void => {};
    hasher.wait = new Promise((resolve) => (go = resolve));
    const joining = refusalOf(ann.request('channel.join', { channel, password: SECRET }));
    await settle();
    policy.decide = (_subject, permission) => permission !== 'VIEW';
    policy.announce();
    go();
    expect(await joining).to.equal('NOT_FOUND');
  });

  it('bounds wrong ones: five, then one in five seconds, of a session and of a user', async () => {
    const ann = await door.enter('Ann');
    const guess = (password: string): Promise<unknown> =>
      ann.request('channel.join', { channel, password }).catch((error: unknown) => error);
    for (let n = 0; n < 5; n += 1) {
      expect(await guess(`${n}`)).to.have.property('code', 'PASSWORD_WRONG');
    }
    const refused = (await guess(SECRET)) as Refused;
    expect(refused.code).to.equal('RATE_LIMITED');
    expect(refused.body.data?.retryAfterMs).to.equal(5000);
    expect(hasher.checks).to.equal(5);
    door.clock.advance(5000);
    expect(await guess(SECRET)).to.have.property('membership');
  });

  it('counts a right one as no guess, and many at once as many', async () => {
    const ann = await door.enter('Ann');
    for (let n = 0; n < 12; n += 1) {
      await ann.request('channel.join', { channel, password: SECRET });
      await ann.request('channel.leave', { channel });
    }
    // From one address that is not this machine all guests are one.
    const guests = await Promise.all(
      Array.from({ length: 8 }, async (_each, n) => {
        const peer = door.connect('203.0.113.9');
        await peer.signIn(`G${n}`);
        return peer;
      }),
    );
    const codes = await Promise.all(
      guests.map((peer, n) =>
        refusalOf(peer.request('channel.join', { channel, password: `${n}` })),
      ),
    );
    expect(codes.filter((code) => code === 'RATE_LIMITED')).to.have.lengthOf(3);
  });

  it('is asked for again neither after a cut nor by a repeat of the request', async () => {
    const ann = await ReturningClient.enter(door, 'Ann');
    const key = randomUUID();
    await ann.peer.request('channel.join', { channel, password: SECRET, key });
    // What was answered is known by everything but the password, of which nothing is kept.
    await ann.peer.request('channel.join', { channel, password: 'other', key });
    ann.cut();
    await ann.resume();
    expect(hasher.checks).to.equal(1);
    const { participants } = door.server.organization();
    expect(participants.get(ann.session)?.memberships.has(channel)).to.equal(true);
  });

  it('tells its password to nobody: no guard, fact, event, answer, audit or log', async () => {
    const ann = await door.enter('Ann');
    await ann.request('channel.join', { channel, password: SECRET, key: randomUUID() });
    const made = await ann.request('channel.create', {
      parent: null,
      name: 'Mine',
      password: SECRET,
      key: randomUUID(),
    });
    await ann.request('channel.update', { channel: made.channel.id, password: SECRET });
    await refusalOf(ann.request('channel.update', { channel: randomUUID(), password: SECRET }));
    await settle();
    const audit = await door.server.organization().audit();
    expect(audit.some(({ details }) => details['password'] === true)).to.equal(true);
    const everything = JSON.stringify([seen, made, ann.notifications, audit, door.log.lines]);
    expect(everything).to.not.include(SECRET);
    expect(everything).to.not.include('$turned$');
    expect(seen).to.have.length.above(5);
  });

  it('cannot be where nobody can hash, and the refusal says so', async () => {
    const bare = await openDoor();
    const made = bare.server.organization().channels.create({ name: 'Vault', password: SECRET });
    const error = await made.then(
      () => expect.fail('it was made'),
      (thrown: Error) => thrown,
    );
    expect(error).to.have.property('code', 'INVALID_PARAMS');
    expect(error.message).to.include('PasswordHasher').and.not.include(SECRET);
    await bare.server.stop();
  });
});
