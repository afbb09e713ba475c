import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { AccessReason } from '../../src/index.js';
import { openDoor, type OpenDoor } from '../domain/open-door.js';
import { refusalOf } from '../domain/test-peer.js';
import { ScriptedPolicy } from '../double/scripted-policy.js';

const unlimited = { limits: { commandBurst: 1000 } };

describe('access.explain and access.list', () => {
  let door: OpenDoor;
  let policy: ScriptedPolicy;
  let hidden: string | undefined;

  beforeEach(async () => {
    hidden = undefined;
    policy = new ScriptedPolicy((subject, permission, { channelId }) => {
      if (channelId !== undefined && channelId === hidden) {
        return subject.identity.displayName === 'Chief';
      }
      if (permission === 'MANAGE_ROLES') return subject.identity.displayName === 'Chief';
      return permission !== 'SHOUT';
    });
    door = await openDoor([policy.plugin], { initialChannels: ['Lobby', 'Vault'], ...unlimited });
  });

  afterEach(() => door.server.stop());

  const idOf = (name: string): string =>
    door.server.organization().channels.find(name)?.id ?? expect.fail(`no ${name}`);

  const because = (reasons: readonly AccessReason[]): void => {
    policy.because = () => reasons;
  };

  it('answer what the policy says of who asks, alike over the wire and in the process', async () => {
    const ann = await door.enter('Ann');
    const channel = idOf('Lobby');
    because([
      {
        text: 'role "Guest" is denied SHOUT at "Lobby"',
        effect: 'deny',
        rules: [
          { kind: 'override', permission: 'SHOUT', roleId: randomUUID(), channelId: channel },
        ],
      },
    ]);
    const { access } = door.server.organization();
    const question = { permission: 'SHOUT', channel };
    const answer = await ann.request('access.explain', question);
    expect(answer).to.deep.include({ allowed: false });
    expect(answer.because[0]?.rules?.[0]).to.include({ kind: 'override', channel });
    expect(await access.explain({ session: ann.session, ...question })).to.deep.equal(answer);
    const { permissions } = await ann.request('access.list', { channel });
    expect(permissions).to.include('SPEAK').and.not.include('SHOUT');
    expect(await access.list({ session: ann.session, channel })).to.deep.equal(permissions);
    expect(await refusalOf(ann.request('access.explain', { permission: 'FLY' }))).to.equal(
      'INVALID_PARAMS',
    );
  });

  it('name no channel and nobody that the asker may not see', async () => {
    const ann = await door.enter('Ann');
    hidden = idOf('Vault');
    policy.announce();
    const user = randomUUID();
    const kind = 'override' as const;
    because([
      {
        text: 'at "Vault"',
        effect: 'deny',
        rules: [{ kind, permission: 'JOIN', channelId: hidden }],
      },
      { text: 'of Eve', effect: 'deny', rules: [{ kind, permission: 'JOIN', userId: user }] },
    ]);
    const question = { permission: 'JOIN', channel: idOf('Lobby') };
    const text = JSON.stringify(await ann.request('access.explain', question));
    for (const secret of ['Vault', hidden, 'Eve', user]) expect(text).to.not.include(secret);
    const { access } = door.server.organization();
    const whole = JSON.stringify(await access.explain({ session: ann.session, ...question }));
    for (const secret of ['Vault', hidden, 'Eve', user]) expect(whole).to.include(secret);
  });

  it('are for others only where one manages roles', async () => {
    const [ann, chief] = [await door.enter('Ann'), await door.enter('Chief')];
    const user = door.server.organization().participants.get(ann.session)?.user.id ?? '';
    const question = { permission: 'SPEAK', channel: idOf('Lobby'), user };
    expect(await chief.request('access.explain', question)).to.include({ allowed: true });
    const bob = await door.enter('Bob');
    expect(await refusalOf(bob.request('access.explain', question))).to.equal('ACCESS_DENIED');
    expect(await ann.request('access.explain', question)).to.include({ allowed: true });
    const nobody = { ...question, user: randomUUID() };
    expect(await refusalOf(chief.request('access.explain', nobody))).to.equal('NOT_FOUND');
  });

  it('know that nobody needs a permission over themselves', async () => {
    policy.decide = (_subject, permission) => permission !== 'MUTE';
    const [ann, bob] = [await door.enter('Ann'), await door.enter('Bob')];
    const ask = (session: string): Promise<unknown> =>
      ann.request('access.explain', { permission: 'MUTE', session });
    expect(await ask(ann.session)).to.include({ allowed: true });
    expect(await ask(bob.session)).to.include({ allowed: false });
    const channel = idOf('Lobby');
    await ann.request('channel.join', { channel });
    await ann.request('participant.mute', { session: ann.session, channel, muted: true });
    const mute = { session: bob.session, channel, muted: true };
    expect(await refusalOf(ann.request('participant.mute', mute))).to.equal('ACCESS_DENIED');
  });
});
