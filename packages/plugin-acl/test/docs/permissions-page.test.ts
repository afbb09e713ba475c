import { AccessPolicy, type ChannelsApi, type Identity } from '@sidetone/core';
import { startServer, type StartedServer } from '@sidetone/testkit';
import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { acl, Roles, type OrganizationRoleApi } from '../../src/index.js';

type Row = readonly string[];

const page = readFileSync(
  new URL('../../../../docs/guides/permissions.md', import.meta.url),
  'utf8',
);

/** The rows of the table with these titles, without the signs of the markup. */
function table(...titles: string[]): readonly Row[] {
  const cells = (line: string): Row =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', ''));
  const lines = page.split('\n');
  const at = lines.findIndex((line) => cells(line).join('|') === titles.join('|'));
  if (at === -1) throw new Error(`the page has no table of ${titles.join(', ')}`);
  const end = lines.findIndex((line, index) => index > at && !line.startsWith('|'));
  return lines.slice(at + 2, end).map(cells);
}

const list = (cell = ''): string[] => cell.split(', ').filter((name) => name !== '');

describe('the examples of docs/guides/permissions.md', () => {
  const answers = table('may', 'do', 'at', '', 'because', 'step');
  const identities = new Map<string, Identity>();
  let started: StartedServer;
  let organizationId: string;

  before(async () => {
    started = await startServer([acl()]);
    const organization = started.server.organization();
    organizationId = organization.id;
    const roles = started.server.get(Roles).organization(organizationId);
    for (const [name = '', rank, permissions] of table('role', 'rank', 'permissions')) {
      await roles.createRole({ name, rank: Number(rank), permissions: list(permissions) });
    }
    for (const row of table('person', 'has the roles')) await enter(row, roles);
    await growTree(organization.channels, roles);
    await setOverrides(organization.channels, roles);
  });

  after(() => started.stop());

  async function enter([name = '', held]: Row, roles: OrganizationRoleApi): Promise<void> {
    const guest = list(held).includes('Guest');
    const { server } = started;
    const userId = guest ? randomUUID() : (await server.users.create({ name })).id;
    identities.set(name, { userId, displayName: name, guest });
    for (const roleName of list(held)) {
      const role = await roles.find(roleName);
      if (role?.implicit === null) await roles.assign(role.id, userId);
    }
    if (!guest) await server.organization().members.put(userId);
  }

  async function growTree(channels: ChannelsApi, roles: OrganizationRoleApi): Promise<void> {
    const [, tree = ''] = /```text\n([\s\S]*?)```/.exec(page) ?? [];
    const above: string[] = [];
    for (const line of tree.trimEnd().split('\n')) {
      const [, indent = '', name = '', sealed] = /^( *)(\w+)( \(sealed\))?$/.exec(line) ?? [];
      const depth = indent.length / 2;
      const { id } = await channels.create({ name, parent: above[depth - 1] ?? null });
      above[depth] = id;
      if (sealed !== undefined) await roles.setSealed(id, true);
    }
  }

  async function setOverrides(channels: ChannelsApi, roles: OrganizationRoleApi): Promise<void> {
    const rows = table('at', 'for', 'allows', 'denies', 'holds');
    for (const [at = '', about = '', allow, deny, holds = ''] of rows) {
      const role = await roles.find(about);
      const user = identities.get(about);
      const subject = role
        ? ({ kind: 'role', id: role.id } as const)
        : ({ kind: 'user', id: user?.userId ?? '' } as const);
      await roles.setOverride({
        channelId: channels.find(at)?.id ?? '',
        subject,
        allow: list(allow),
        deny: list(deny),
        here: holds.includes('here'),
        below: holds.includes('below'),
      });
    }
  }

  it('are many', () => {
    expect(answers).to.have.length.at.least(10);
  });

  for (const [who = '', permission = '', at = '', answer, because] of answers) {
    it(`are answered: ${who} may${answer === 'yes' ? '' : ' not'} ${permission} at ${at}`, async () => {
      const { server } = started;
      const identity = identities.get(who);
      if (!identity) throw new Error(`"${who}" is no person of the page`);
      const channelId = server.organization().channels.find(at)?.id ?? '';
      const subject = { sessionId: null, organizationId, identity };
      const rights = await server.get(AccessPolicy).load(subject);
      const everything = { allows: () => true };
      const decision = rights.explain(permission as 'JOIN', { channelId }, everything);
      expect([decision.allowed ? 'yes' : 'no', decision.because[0]?.text]).to.deep.equal([
        answer,
        because,
      ]);
    });
  }
});
