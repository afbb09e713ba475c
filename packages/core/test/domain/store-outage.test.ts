import { randomUUID } from 'node:crypto';
import { VoiceError, type MethodName } from '@sidetone/protocol';
import { createRecordingLogger } from '@sidetone/testkit';
import { expect } from 'chai';
import { createMemoryStores, type Plugin, type StoreSet } from '../../src/index.js';
import { database } from './database.js';
import { everythingAllowed } from './everything-allowed.js';
import { enterAs, knownPeople } from './known-people.js';
import { openDoor, settle, type OpenDoor } from './open-door.js';
import { createInstance, type Refused } from './test-peer.js';

type Mood = 'well' | 'gone' | 'hanging';

/** A whole database that can go and come back. */
class Outage {
  mood: Mood = 'well';

  plugin(): Plugin {
    const stores = createMemoryStores({ log: createRecordingLogger() });
    const moody = Object.entries(stores).map(([name, store]) => [name, this.#moody(store)]);
    return database(Object.fromEntries(moody) as StoreSet);
  }

  #moody<S extends object>(store: S): S {
    return new Proxy(store, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name, target);
        if (typeof method !== 'function') return method;
        return (...given: unknown[]) => {
          if (this.mood === 'hanging') return new Promise(() => {});
          if (this.mood === 'gone') {
            return Promise.reject(new VoiceError('ERR_STORE_UNAVAILABLE', 'no database'));
          }
          return (method as (...given: unknown[]) => unknown).apply(target, given);
        };
      },
    });
  }
}

for (const mood of ['gone', 'hanging'] as const) {
  describe(`While the database is ${mood}`, () => {
    let door: OpenDoor;
    let outage: Outage;

    beforeEach(async () => {
      outage = new Outage();
      door = await openDoor([knownPeople(), everythingAllowed, outage.plugin()], {
        limits: { commandBurst: 1000 },
      });
    });

    afterEach(async () => {
      outage.mood = 'well';
      await door.clock.advanceAsync(2000);
      await door.server.stop();
    });

    it('every command that needs it is told so within 2 s, and every other one works', async () => {
      await door.server.organizations.create({ name: 'Closed' });
      const account = await door.server.users.create({ name: 'ann' });
      const ann = await enterAs(door, { userId: account.id });
      const ben = await enterAs(door, { userId: randomUUID() });
      const { channels } = door.server.organization();
      const channel = channels.list()[0]?.id ?? expect.fail();
      const other = (await channels.create({ name: 'Other' })).id;
      const { session } = ben;
      const written: readonly (readonly [MethodName, object])[] = [
        ['channel.create', { parent: null, name: 'New' }],
        ['channel.update', { channel, topic: 'x' }],
        ['channel.move', { channel: other, parent: channel, position: 0 }],
        ['channel.delete', { channel: other }],
        ['participant.ban', { session }],
        ['settings.get', {}],
        ['settings.put', { document: {}, version: 0 }],
        ['organization.list', {}],
      ];
      const live: readonly (readonly [MethodName, object])[] = [
        ['channel.join', { channel }],
        ['talk.register', { target: { channels: [channel] } }],
        ['channel.setMembership', { channel, muted: true }],
        ['session.setState', { muted: true }],
        ['channel.create', { parent: null, name: 'Side', temporary: true }],
        ['channel.leave', { channel }],
        ['participant.kick', { session }],
      ];
      outage.mood = mood;
      const ask = async ([method, params]: readonly [MethodName, object]): Promise<unknown> => {
        return ann.ask(method, { ...params, key: randomUUID() }).then(
          () => `${method}: done`,
          (error: Refused) => [`${method}: ${error.code}`, typeof error.body.data?.retryAfterMs],
        );
      };
      const answers: unknown[] = [];
      for (const each of written) void ask(each).then((answer) => answers.push(answer));
      await door.clock.advanceAsync(2000);
      expect(answers).to.have.deep.members(
        written.map(([method]) => [`${method}: UNAVAILABLE`, 'number']),
      );
      for (const each of live) {
        const answer = ask(each);
        await door.clock.advanceAsync(200);
        expect(await answer).to.equal(`${each[0]}: done`);
      }
      expect(channels.list().map(({ name }) => name)).to.include.members(['Lobby', 'Other']);
    });

    it('who is new is told when to come back, and guests of an open organization come in', async () => {
      outage.mood = mood;
      const answers: unknown[] = [];
      const member = enterAs(door, { userId: randomUUID() });
      void member.catch((error: Refused) => answers.push(error.code));
      await door.clock.advanceAsync(2000);
      expect(answers).to.deep.equal(['UNAVAILABLE']);
      await enterAs(door, { userId: randomUUID(), guest: true });
    });

    it('bans hold, and who is cut off comes back', async () => {
      const banned = randomUUID();
      await door.server.organization().bans.add({ userId: banned });
      const peer = door.connect();
      const instance = createInstance();
      const credentials = { userId: randomUUID(), guest: true };
      const { session, resumeToken: token } = await peer.request('session.authenticate', {
        ...{ method: 'claim', credentials, instance },
      });
      outage.mood = mood;
      const refused = await enterAs(door, { userId: banned, guest: true }).catch(
        (error: Refused) => error.code,
      );
      expect(refused).to.equal('BANNED');
      peer.vanish();
      await settle();
      const back = door.connect();
      const resumed = await back.request('session.resume', { token, instance, lastSeq: null });
      expect(resumed.session).to.equal(session);
    });

    it('all is well within 3 s of its return', async () => {
      const { channels } = door.server.organization();
      outage.mood = mood;
      const failed = channels.create({ name: 'During' }).catch((error: VoiceError) => error.code);
      await door.clock.advanceAsync(10_000);
      expect(await failed).to.equal('UNAVAILABLE');
      outage.mood = 'well';
      await door.clock.advanceAsync(3000);
      await channels.create({ name: 'After' });
      await enterAs(door, { userId: randomUUID() });
    });
  });
}
