import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { asks, type Ids } from '../domain/asks.js';
import { openDoor, settle, type OpenDoor } from '../domain/open-door.js';
import { Refused, type TestPeer } from '../domain/test-peer.js';
import { ScriptedPolicy } from '../double/scripted-policy.js';

describe('What is hidden', () => {
  let door: OpenDoor;
  let ann: TestPeer;
  let own: Ids;
  let hidden: Ids;
  let limited: ScriptedPolicy;

  beforeEach(async () => {
    let secret = '';
    limited = new ScriptedPolicy(({ identity }, permission, { channelId, sessionId }) => {
      if (identity.displayName !== 'Ann') return true;
      if (permission === 'VIEW' && sessionId !== undefined) return false;
      if (permission === 'MANAGE_ROLES') return channelId !== undefined;
      return permission !== 'VIEW' || channelId !== secret;
    });
    door = await openDoor([limited.plugin], {
      initialChannels: ['Lobby', 'Vault'],
      limits: { commandBurst: 1000, commandsPerSecond: 1000 },
    });
    const { channels, participants } = door.server.organization();
    secret = channels.find('Vault')?.id ?? '';
    const populate = async (
      name: string,
      channel: string,
    ): Promise<[TestPeer & { session: string }, Ids]> => {
      const peer = await door.enter(name);
      const { keys } = await peer.request('channel.join', { channel });
      const { target } = await peer.request('talk.register', { target: { channels: [channel] } });
      const user = participants.get(peer.session)?.user.id ?? '';
      const route = keys[0]?.route.id ?? '';
      return [peer, { channel, session: peer.session, user, target, route }];
    };
    [ann, own] = await populate('Ann', channels.find('Lobby')?.id ?? '');
    [, hidden] = await populate('Bob', secret);
    await settle();
  });

  afterEach(() => door.server.stop());

  const nowhere = (): Ids => {
    const ids = { ...own };
    for (const key of Object.keys(ids) as (keyof Ids)[])
      Object.assign(ids, { [key]: randomUUID() });
    return ids;
  };

  /** The refusal, with the ids that were asked for by their names. */
  const answer = async (method: string, params: object, ids: Ids): Promise<string> => {
    const refusal = await ann.ask(method, params).catch((error: unknown) => error);
    if (!(refusal instanceof Refused)) expect.fail(`${method} was not refused`);
    const text = JSON.stringify(refusal.body);
    return Object.entries(ids).reduce((all, [key, id]) => all.replaceAll(id, key), text);
  };

  for (const [index, [method, params]] of asks.entries()) {
    it(`is answered by ${method} as what is nowhere (${index})`, async () => {
      const empty = nowhere();
      expect(await answer(method, params(hidden, own), hidden)).to.equal(
        await answer(method, params(empty, own), empty),
      );
    });
  }

  it('is answered alike also where every permission is denied', async () => {
    limited.decide = (_subject, permission, { channelId }) =>
      permission === 'VIEW' && channelId === own.channel;
    for (const [method, params] of asks) {
      const empty = nowhere();
      const [one, other] = [
        await answer(method, params(hidden, own), hidden),
        await answer(method, params(empty, own), empty),
      ];
      expect(one, method).to.equal(other);
    }
  });

  it('tells nothing of the refused request to who is hidden', async () => {
    const before = JSON.stringify(door.server.organization().participants.list());
    for (const [method, params] of asks) await answer(method, params(hidden, own), hidden);
    expect(JSON.stringify(door.server.organization().participants.list())).to.equal(before);
  });
});
