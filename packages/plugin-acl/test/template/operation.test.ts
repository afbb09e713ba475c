import { readFile } from 'node:fs/promises';
import type { NetPlanEntry } from '@sidetone/core';
import { expect } from 'chai';
import { templates, type AppliedTemplate } from '../../src/index.js';
import { mergedPlan } from '../../src/net-plan/merged-plan.js';
import { AclStage, nobody } from '../double/acl-stage.js';

const GUIDE = new URL('../../../../docs/guides/operation.md', import.meta.url);
const NETS = ['Operation', 'Command', 'Flight', 'Ground', 'Logistics'] as const;
const NOTHING: AppliedTemplate = {
  roles: [],
  channels: [],
  moved: [],
  overrides: 0,
  netPlans: [],
};

describe('the template "operation"', () => {
  let stage: AclStage;

  beforeEach(async () => {
    stage = await new AclStage().start();
  });

  afterEach(() => stage.stop());

  const apply = (): Promise<AppliedTemplate> =>
    stage.roles.applyTemplate('operation', stage.channels);

  /** The cell of the guide for what this user may do there. */
  const cell = async (
    userId: string,
    net: string,
    plan: readonly NetPlanEntry[],
  ): Promise<string> => {
    const channel = stage.channel(net);
    const may = async (...permissions: ('VIEW' | 'JOIN' | 'LISTEN' | 'SPEAK' | 'SHOUT')[]) =>
      (await Promise.all(permissions.map((each) => stage.may({ userId }, each, channel)))).every(
        Boolean,
      );
    const hears = await may('VIEW', 'JOIN', 'LISTEN');
    const talks = await may('VIEW', 'JOIN', 'SPEAK');
    const shouts = net === 'Operation' && (await may('VIEW', 'SHOUT'));
    const slot = plan.find(({ channelId }) => channelId === channel)?.slot ?? null;
    const words = [
      ...(hears ? ['hears'] : []),
      ...(talks ? ['talks'] : []),
      ...(shouts ? ['shouts'] : []),
      ...(slot === null ? [] : [`slot ${slot}`]),
    ];
    return words.join(', ') || ((await may('VIEW')) ? 'sees' : '-');
  };

  it('lets everybody hear, talk and shout as the table of the guide says', async () => {
    await apply();
    const expected = tableOf(await readFile(GUIDE, 'utf8'));
    const { roles } = await stage.roles.list();
    const rows = new Map<string, string[]>();
    for (const { name, rank } of templates.operation.roles) {
      const { id } = await stage.account(`some ${name}`, name);
      const plan = mergedPlan(
        roles.filter((role) => role.name === name),
        () => true,
      );
      rows.set(`${name} (${rank})`, await Promise.all(NETS.map((net) => cell(id, net, plan))));
    }
    rows.set('everybody else', await Promise.all(NETS.map((net) => cell(nobody, net, []))));
    expect(Object.fromEntries(rows)).to.deep.equal(expected);
    for (const net of NETS) {
      const guest = { userId: nobody, guest: true };
      expect(await stage.may(guest, 'VIEW', stage.channel(net)), net).to.equal(false);
    }
    expect(await stage.may({ userId: nobody }, 'SPEAK', stage.channel('Lobby'))).to.equal(true);
  });

  it('changes nothing when it is applied again, whatever people have made of it', async () => {
    const first = await apply();
    expect(first.channels).to.deep.equal(NETS);
    expect(first.roles).to.have.lengthOf(8);
    expect(await apply()).to.deep.equal(NOTHING);
    await stage.roles.updateRole(await stage.role('Pilot'), { permissions: ['RECORD'], rank: 310 });
    const before = JSON.stringify([await stage.roles.list(), stage.channels.list()]);
    const entries = (await stage.server.organization().audit(1000)).length;
    expect(await apply()).to.deep.equal(NOTHING);
    expect(JSON.stringify([await stage.roles.list(), stage.channels.list()])).to.equal(before);
    expect(await stage.server.organization().audit(1000)).to.have.lengthOf(entries);
  });

  it('takes channels that are there at the top, and leaves those elsewhere alone', async () => {
    const { channels } = stage;
    const flight = await channels.create({ name: 'flight' });
    const elsewhere = await channels.create({ name: 'Ground', parent: stage.channel('Lobby') });
    const { moved, channels: made } = await apply();
    expect(moved).to.deep.equal(['Flight']);
    expect(made).to.deep.equal(['Operation', 'Command', 'Ground', 'Logistics']);
    const operation = channels.list().find(({ name }) => name === 'Operation')?.id;
    expect(channels.get(flight.id)?.parent).to.equal(operation);
    expect(channels.get(elsewhere.id)?.parent).to.equal(stage.channel('Lobby'));
  });

  it('has the rules of a net hold below it', async () => {
    await apply();
    const { id } = await stage.account('ann', 'Pilot');
    const wing = await stage.channels.create({ name: 'Wing 1', parent: stage.channel('Flight') });
    expect(await stage.may({ userId: id }, 'SPEAK', wing.id)).to.equal(true);
    expect(await stage.may({ userId: nobody }, 'VIEW', wing.id)).to.equal(false);
  });

  it('is written down step by step', async () => {
    await stage.roles
      .as('ann')
      .applyTemplate('operation', stage.server.organization().as('ann').channels);
    const entries = await stage.server.organization().audit(1000);
    const ofAnn = entries.filter(({ actor }) => actor.kind === 'program' && actor.name === 'ann');
    const counts = new Map<string, number>();
    for (const { action } of ofAnn) counts.set(action, (counts.get(action) ?? 0) + 1);
    expect(Object.fromEntries(counts)).to.deep.equal({
      'role.create': 8,
      'channel.create': 5,
      'role.setOverride': 19,
      'role.setNetPlan': 8,
    });
  });
});

/** Rows of the guide: the role with its rank, and the cells. */
function tableOf(text: string): Record<string, string[]> {
  const lines = text.split('\n').filter((line) => line.startsWith('|'));
  const rows = lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((each) => each.trim()),
  );
  return Object.fromEntries(rows.map(([role = '', ...cells]) => [role, cells]));
}
