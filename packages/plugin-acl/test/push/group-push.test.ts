import { createHmac, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { AccountRecord } from '@sidetone/core';
import { http } from '@sidetone/plugin-http';
import { isVoiceError } from '@sidetone/protocol';
import { expect } from 'chai';
import { groupPush } from '../../src/index.js';
import { resolveGroupPushOptions } from '../../src/push/options.js';
import { ReplayGuard } from '../../src/push/replay-guard.js';
import { isSigned } from '../../src/push/signature.js';
import { AclStage } from '../double/acl-stage.js';

const SECRET = 'a secret of at least thirty-two bytes';

interface Reply {
  readonly status: number;
  readonly body: {
    readonly users?: readonly Record<string, unknown>[];
    readonly error?: { readonly code: string; readonly message: string };
  };
}

describe('a push of groups', () => {
  let stage: AclStage;
  let ann: AccountRecord;

  beforeEach(async () => {
    stage = new AclStage();
    await stage.start([
      http({ port: 0 }),
      groupPush({ secret: SECRET, managedRoles: ['Pilot', 'Crew', 'Chief'] }),
    ]);
    await stage.roles.createRole({ name: 'Pilot', rank: 200, permissions: ['SHOUT'] });
    await stage.roles.createRole({ name: 'Crew', rank: 100 });
    await stage.roles.createRole({ name: 'Friend', rank: 50 });
    await stage.roles.createRole({ name: 'Chief', rank: 900, permissions: ['ADMINISTER'] });
    ann = await stage.account('ann', 'Friend');
  });

  afterEach(() => stage.stop());

  const send = async (
    content: unknown,
    { id = randomUUID(), at = Date.now() / 1000, secret = SECRET, headers = {} } = {},
  ): Promise<Reply> => {
    const timestamp = String(Math.floor(at));
    const body = typeof content === 'string' ? content : JSON.stringify(content);
    const mac = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
    const signed = {
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${mac}`,
    };
    const url = `${stage.started.url}/sidetone/groups`;
    const response = await fetch(url, { method: 'POST', headers: { ...signed, ...headers }, body });
    return { status: response.status, body: (await response.json()) as Reply['body'] };
  };

  const users = (...roles: string[]): object => ({ users: [{ user: 'ann', roles }] });

  it('sets what is managed and leaves the rest, for sessions that are here as well', async () => {
    const wire = await stage.connect('ann');
    const lobby = stage.channel('Lobby');
    expect(await stage.may({ userId: ann.id }, 'SHOUT', lobby)).to.equal(false);
    const first = await send(users('pilot', 'Crew'));
    expect(first).to.deep.equal({
      status: 200,
      body: { users: [{ user: 'ann', ok: true, added: ['Pilot', 'Crew'], removed: [] }] },
    });
    expect(await stage.may({ userId: ann.id }, 'SHOUT', lobby)).to.equal(true);
    const held = (await wire.call<{ roles: { name: string }[] }>('role.list')).roles;
    expect(held.map(({ name }) => name)).to.deep.equal(['Pilot', 'Crew', 'Member', 'Friend']);
    const second = await send({ organization: 'main', users: [{ user: ann.id, roles: ['Crew'] }] });
    expect(second.body.users?.[0]).to.deep.include({ added: [], removed: ['Pilot'] });
    expect(await stage.may({ userId: ann.id }, 'SHOUT', lobby)).to.equal(false);
    const [entry] = await stage.server.organization().audit(1);
    expect(entry).to.deep.include({
      action: 'role.setGroups',
      actor: { kind: 'program', name: 'group push' },
      outcome: 'committed',
    });
  });

  it('says what became of each user', async () => {
    const { status, body } = await send({
      users: [
        { user: 'nobody', roles: ['Crew'] },
        { user: randomUUID(), roles: ['Crew'] },
        { user: 'ann', roles: ['Friend'] },
        { user: 'ann', roles: ['Unheard'] },
        { user: 'ann', roles: ['Chief'] },
        { user: 'ann', roles: [] },
      ],
    });
    expect(status).to.equal(200);
    expect(body.users?.map(({ ok, code }) => code ?? ok)).to.deep.equal([
      'NOT_FOUND',
      'NOT_FOUND',
      'ACCESS_DENIED',
      'NOT_FOUND',
      true,
      // The last administrator of the organization stays.
      'ACCESS_DENIED',
    ]);
  });

  it('passes once, near its time, and signed', async () => {
    const id = randomUUID();
    const now = Date.now() / 1000;
    expect((await send(users('Crew'), { id })).status).to.equal(200);
    for (const [code, given] of [
      ['REPLAYED', { id }],
      ['TIMESTAMP', { at: now - 301 }],
      ['TIMESTAMP', { at: now + 301 }],
      ['SIGNATURE', { secret: `${SECRET}.` }],
      ['SIGNATURE', { headers: { 'webhook-id': 'another' } }],
      ['SIGNATURE', { headers: { 'webhook-timestamp': String(Math.floor(now) - 9) } }],
      ['SIGNATURE', { headers: { 'webhook-signature': 'v1,AAAA v2,BBBB' } }],
      ['HEADERS', { headers: { 'webhook-signature': '' } }],
      ['HEADERS', { headers: { 'webhook-timestamp': '1e9' } }],
      ['HEADERS', { headers: { 'webhook-id': 'x'.repeat(129) } }],
    ] as const) {
      const { status, body } = await send(users('Pilot'), given);
      expect(body.error?.code, JSON.stringify(given)).to.equal(code);
      expect(status).to.be.within(401, 409);
    }
    expect(await stage.may({ userId: ann.id }, 'SHOUT')).to.equal(false);
  });

  it('is bounded and has a shape', async () => {
    for (const [status, content] of [
      [400, 'no JSON'],
      [400, { users: [] }],
      [400, { users: [{ user: 'ann' }] }],
      [400, { users: [{ user: 'ann', roles: [], more: true }] }],
      [404, { organization: 'Elsewhere', users: [{ user: 'ann', roles: [] }] }],
      [413, ' '.repeat(262_145)],
    ] as const) {
      expect((await send(content)).status, JSON.stringify(content).slice(0, 60)).to.equal(status);
    }
  });

  it('shows its secret nowhere', async () => {
    await send(users('Crew'), { secret: `${SECRET}.` });
    await send(users('Crew'));
    expect(JSON.stringify(stage.started.log.lines)).to.not.include(SECRET);
    try {
      resolveGroupPushOptions({ secret: 'short secret', managedRoles: [] });
      expect.fail('it was taken');
    } catch (error) {
      if (!isVoiceError(error)) throw error;
      expect(error.code).to.equal('ERR_ACL_OPTIONS');
      expect(error.message).to.include('managedRoles').and.not.include('short secret');
    }
  });
});

describe('the signature of a push', () => {
  it('is the one in the guide', async () => {
    const guide = new URL('../../../../docs/guides/roles.md', import.meta.url);
    const text = await readFile(guide, 'utf8');
    const [, id = '', timestamp = '', signature = '', body = ''] =
      /webhook-id: (.*)\nwebhook-timestamp: (.*)\nwebhook-signature: (.*)\n\n(.*)\n/.exec(text) ??
      [];
    const { key } = resolveGroupPushOptions({ secret: SECRET, managedRoles: ['Pilot'] });
    const message = { id, timestamp, body: Buffer.from(body) };
    expect(isSigned(key, message, signature)).to.equal(true);
    expect(isSigned(key, message, `v1,AAAA ${signature}`)).to.equal(true);
    expect(isSigned(key, { ...message, id: 'another' }, signature)).to.equal(false);
    const base64 = `whsec_${Buffer.from(SECRET).toString('base64')}`;
    const other = resolveGroupPushOptions({ secret: base64, managedRoles: ['Pilot'] });
    expect(other.key.equals(key)).to.equal(true);
  });
});

describe('what remembers pushes', () => {
  it('takes a bounded number, and forgets those whose time is over', () => {
    let now = 1_000_000_000;
    const guard = new ReplayGuard(() => now);
    for (let n = 0; n < 10_000; n += 1) guard.admit(`id ${n}`);
    expect(guard.admit('one more')).to.equal('full');
    expect(guard.admit('id 7')).to.equal('seen');
    now += 600_000;
    expect(guard.admit('one more')).to.equal('new');
    expect(guard.admit('id 7')).to.equal('new');
  });
});
