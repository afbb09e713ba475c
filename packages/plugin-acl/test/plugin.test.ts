import { AccessPolicy, Metrics, type Plugin } from '@sidetone/core';
import { startServer, type StartedServer } from '@sidetone/testkit';
import { expect } from 'chai';
import { acl, PermissionDeclaration, Roles } from '../src/index.js';
import { person } from './support/role-world.js';

function declaring(name: string): Plugin {
  return {
    name: `declares ${name}`,
    version: '1.0.0',
    provides: [PermissionDeclaration],
    setup(context) {
      const declaration = { name: name as 'dice.roll', description: 'Roll dice.' };
      context.provide(PermissionDeclaration, () => declaration);
    },
  };
}

describe('acl()', () => {
  let started: StartedServer | null = null;

  const start = async (...plugins: Plugin[]) => (started = await startServer(plugins));

  afterEach(async () => {
    await started?.stop();
    started = null;
  });

  it('lets guests of a new organization talk, and do no more', async () => {
    const { server } = await start(acl());
    const [channel] = server.organization().channels.list();
    const scope = { channelId: channel?.id ?? '' };
    const { id: organizationId } = server.organization();
    const identity = person('gus', { guest: true });
    const policy = server.get(AccessPolicy);
    const rights = await policy.load({ sessionId: null, organizationId, identity });
    const asked = ['VIEW', 'JOIN', 'LISTEN', 'SPEAK', 'SHOUT', 'KICK', 'ADMINISTER'] as const;
    const allowed = asked.filter((permission) => rights.allows(permission, scope));
    expect(allowed).to.deep.equal(['VIEW', 'JOIN', 'LISTEN', 'SPEAK']);
  });

  it('counts what is worked out', async () => {
    const { server } = await start(acl());
    const compiled = server.get(Metrics).counter('access.compiled');
    const { id: organizationId } = server.organization();
    const subject = { sessionId: null, organizationId, identity: person('ann') };
    const rights = await server.get(AccessPolicy).load(subject);
    const before = compiled.value;
    rights.allows('JOIN', {});
    rights.allows('SPEAK', {});
    expect(compiled.value - before).to.equal(1);
  });

  it('knows the permissions that plugins declare, whoever is set up first', async () => {
    const { server } = await start(declaring('dice.hide'), acl(), declaring('dice.roll'));
    const policy = server.get(AccessPolicy);
    expect([...(policy.permissions?.() ?? [])]).to.have.members(['dice.hide', 'dice.roll']);
    const { id: organizationId } = server.organization();
    const roles = server.get(Roles).organization(organizationId);
    await roles.createRole({ name: 'Gambler', rank: 5, permissions: ['dice.roll'] });
    const identity = person('ann', { roles: ['gambler'] });
    const rights = await policy.load({ sessionId: null, organizationId, identity });
    expect([rights.allows('dice.roll', {}), rights.allows('dice.hide', {})]).to.deep.equal([
      true,
      false,
    ]);
  });

  it('does not start where a permission cannot be declared', async () => {
    const outcome = await start(acl(), declaring('JOIN')).catch((error: unknown) => error);
    expect(outcome).to.have.property('code', 'ERR_ACL_PERMISSION_NAME');
  });
});
