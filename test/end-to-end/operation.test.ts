import { waitFor } from '@sidetone/testkit';
import { expect } from 'chai';
import { demotedIntruder } from './scenario/operation-intruder.js';
import * as table from './scenario/operation-table.js';
import {
  allOn,
  eventually,
  expectCutOff,
  expectHeard,
  expectTalk,
  hearing,
  lastEnd,
  REPEATED_ENDS,
} from './scenario/operation-voice.js';
import { Crew, posts, type Hearings } from './support/crew.js';
import { wallTime } from './support/hearing.js';
import { operationTable } from './support/operation-guide.js';
import { pushGroups } from './support/push-groups.js';

const NETS = ['Command', 'Flight', 'Ground', 'Logistics'] as const;

/** Of each talkspurt of the table. */
const FRAMES = 12;
/** Promised of a change of roles. */
const FOLLOWS_WITHIN_MS = 1_000;

const COMMAND = ['Commander A', 'Commander B', 'Watcher'];
const others = (names: readonly string[]) => (talker: string) =>
  [...COMMAND, ...names].filter((name) => name !== talker);
/** Who hears what somebody says there. */
const onCommand = others(['Flight 1', 'Ground 1', 'Logistics 1']);
const onFlight = others(['Flight 1', 'Flight 2', 'Flight 3']);
const onGround = others(['Ground 1', 'Ground 2', 'Ground 3']);
const onLogistics = others(['Logistics 1', 'Logistics 2', 'Logistics 3']);

describe('An operation of twelve in four groups', function () {
  this.timeout(120_000);

  let crew: Crew;
  let guide: table.Table;

  before(async () => {
    guide = await operationTable();
    crew = await Crew.start();
    const joins = await table.joinNets(crew, guide);
    expect(joins).to.deep.equal(table.expectedJoins(guide));
  });

  afterEach(() => crew.turnPage());

  after(async () => {
    expect(await crew?.server.call('uncaught')).to.deep.equal([]);
    await crew?.end();
  });

  it('shows everybody the nets that the table of the guide says', async () => {
    expect(posts.filter(({ role }) => guide.has(role))).to.have.lengthOf(posts.length);
    expect(new Set(posts.map(({ role }) => role)).size, 'rows').to.equal(guide.size);
    expect(await table.sights(crew)).to.deep.equal(table.expectedSights(guide));
  });

  it('is heard, net by net, by whom the table says, and by nobody else', async () => {
    await crew.unlessHeldUp(async () => {
      const before = await crew.metric('voice.forwarded');
      const talks = await table.talkOnNets(crew, guide, FRAMES);
      expect(talks).to.deep.equal(table.expectedTalks(guide));
      await expectHearings(table.expectedHearings(guide, FRAMES), before);
    });
  });

  it('hears a shout of Command everywhere, and nobody else may shout', async () => {
    await crew.unlessHeldUp(async () => {
      const before = await crew.metric('voice.forwarded');
      const shouts = await table.shout(crew, guide, FRAMES);
      expect(shouts).to.deep.equal(table.expectedShouts(guide));
      await expectHearings(table.expectedShoutHearings(guide, FRAMES), before);
    });
  });

  describe('when roles change', () => {
    // Members would see everybody, though not where they are.
    let permissions: readonly string[];

    before(async () => {
      const change = { role: 'Member', permissions: [] };
      permissions = await crew.server.call('setPermissions', change);
    });

    after(() => crew.server.call('setPermissions', { role: 'Member', permissions }));

    it('ends the word of who is demoted, who forgets what they may not see', async () => {
      await crew.begin('Flight 1', { channels: ['Command'] });
      await hearing(crew, 'Commander B', 'Flight 1');
      await crew.change('Flight 1', { give: ['Pilot'], take: ['Flight Lead'] });
      for (const name of ['Flight 1', ...onCommand('Flight 1')]) {
        await crew.told(name, 'Flight 1 ends: revoked');
      }
      const { frames, forwarded } = await lastEnd(crew, 'Flight 1', 'revoked');
      await crew.hush('Flight 1');
      await expectHeard(crew, 'Flight 1', allOn('Command', onCommand('Flight 1')), frames);
      expect(await crew.metric('voice.forwarded'), 'frames forwarded').to.equal(forwarded);
      const { channels, people } = await crew.view('Flight 1');
      expect([...channels].sort()).to.deep.equal(['Flight', 'Operation']);
      expect(people).to.deep.equal(onFlight('Flight 1').sort());
      await expectTalk(crew, 'Flight 1', 'Flight', allOn('Flight', onFlight('Flight 1')));
    });

    it('lets who is promoted hear and talk within a second, in the same session', async () => {
      await crew.begin('Ground 1', { channels: ['Command'] });
      await hearing(crew, 'Commander B', 'Ground 1');
      const promotedAt = wallTime();
      await crew.change('Flight 1', { give: ['Flight Lead'], take: ['Pilot'] });
      await crew.told('Flight 1', 'sees Command');
      expect(await crew.join('Flight 1', 'Command')).to.equal('done');
      expect(await crew.begin('Flight 1', { channels: ['Command'] })).to.equal('done');
      await hearing(crew, 'Flight 1', 'Ground 1');
      await hearing(crew, 'Logistics 1', 'Flight 1');
      const hears = (await crew.firstHeardAt('Flight 1', 'Ground 1')) - promotedAt;
      const talks = (await crew.firstHeardAt('Logistics 1', 'Flight 1')) - promotedAt;
      expect(hears, 'hears after ms').to.be.within(0, FOLLOWS_WITHIN_MS);
      expect(talks, 'talks after ms').to.be.within(0, FOLLOWS_WITHIN_MS);
      expect((await crew.view('Flight 1')).session).to.equal(crew.session('Flight 1'));
    });

    it('drops what somebody goes on saying who may only listen from now on', async () => {
      await crew.begin('Flight 2', { channels: ['Flight'] });
      await hearing(crew, 'Flight 3', 'Flight 2');
      await crew.change('Flight 2', { give: ['Observer'], take: ['Pilot'] });
      await crew.told('Flight 2', 'Flight 2 ends: revoked');
      await crew.told('Flight 2', 'NOT_ALLOWED_TO_SPEAK on Flight');
      await expectCutOff(crew, 'Flight 2', 'revoked', allOn('Flight', onFlight('Flight 2')));
      await crew.change('Flight 2', { give: ['Pilot'], take: ['Observer'] });
      await expectTalk(crew, 'Flight 2', 'Flight', allOn('Flight', onFlight('Flight 2')));
    });

    it('gives nothing to who was demoted and goes on as before, whatever they remember', async () => {
      const seen = await demotedIntruder(crew, allOn('Command', onCommand('Intruder')));
      expect(seen.forwarded, 'frames forwarded').to.equal(0);
      expect(seen.dropped, 'frames dropped').to.equal(seen.saidAfter);
      expect(seen.packets, 'voice of Command to the intruder').to.equal(0);
      expect(Object.keys(seen.ofSeen)).to.have.lengthOf.at.least(20);
      expect(seen.ofSeen).to.deep.equal(seen.ofNobody);
    });
  });

  describe('on a net', () => {
    it('lets leaders alone talk where it is for command only', async () => {
      const setStance = (name: string, minTalkPriority: number): Promise<string> => {
        const channel = crew.channelIds['Ground'] ?? '';
        return crew.attempt(name, 'channel.setStance', { channel, minTalkPriority });
      };
      await crew.begin('Ground 2', { channels: ['Ground'] });
      await hearing(crew, 'Ground 3', 'Ground 2');
      expect(await setStance('Ground 2', 0)).to.equal('ACCESS_DENIED');
      expect(await setStance('Commander A', 2)).to.equal('done');
      for (const name of ['Ground 2', ...onGround('Ground 2')]) {
        await crew.told(name, 'Ground has open and stance 2');
        await crew.told(name, 'Ground 2 ends: revoked');
      }
      await crew.told('Ground 2', 'NET_RESTRICTED on Ground');
      await expectCutOff(crew, 'Ground 2', 'revoked', allOn('Ground', onGround('Ground 2')));
      await crew.say('Ground 3', { channels: ['Ground'], frames: FRAMES });
      await crew.told('Ground 3', 'NET_RESTRICTED on Ground');
      expect(await crew.heard('Ground 3')).to.deep.equal({});
      await expectTalk(crew, 'Ground 1', 'Ground', allOn('Ground', onGround('Ground 1')));
      expect(await setStance('Ground 1', 0)).to.equal('done');
      await expectTalk(crew, 'Ground 3', 'Ground', allOn('Ground', onGround('Ground 3')));
    });

    it('keeps it for who talks where there is lockout, even from a leader', async () => {
      await crew.server.call('setNet', { channel: 'Logistics', net: { floorMode: 'lockout' } });
      await crew.begin('Logistics 2', { channels: ['Logistics'] });
      await hearing(crew, 'Logistics 3', 'Logistics 2');
      const late = { channels: ['Logistics'], priority: 2, frames: FRAMES } as const;
      await crew.say('Logistics 1', late);
      await crew.told('Logistics 1', 'NET_BUSY on Logistics: Logistics 2');
      expect(await crew.heard('Logistics 1')).to.deep.equal({});
      await crew.hush('Logistics 2');
      await crew.told('Logistics 3', 'Logistics 2 ends: released');
      const others = onLogistics('Logistics 1');
      await expectTalk(crew, 'Logistics 1', 'Logistics', allOn('Logistics', others));
      await crew.server.call('setNet', { channel: 'Logistics', net: { floorMode: 'open' } });
    });

    it('gives it to the higher class where that has priority', async () => {
      await crew.server.call('setNet', { channel: 'Command', net: { floorMode: 'priority' } });
      await crew.begin('Flight 1', { channels: ['Command'] });
      await hearing(crew, 'Commander B', 'Flight 1');
      await crew.begin('Ground 1', { channels: ['Command'], priority: 2 });
      for (const name of ['Flight 1', ...onCommand('Flight 1')]) {
        await crew.told(name, 'Flight 1 ends: preempted');
      }
      await crew.told('Flight 1', 'NET_BUSY on Command: Ground 1');
      const { frames } = await lastEnd(crew, 'Flight 1', 'preempted');
      const said = await crew.said('Flight 1');
      await waitFor(async () => (await crew.said('Flight 1')) > said + FRAMES);
      await hearing(crew, 'Flight 1', 'Ground 1', FRAMES);
      await expectHeard(crew, 'Flight 1', allOn('Command', onCommand('Flight 1')), frames);
      await crew.server.call('setNet', { channel: 'Command', net: { floorMode: 'open' } });
    });

    it('warns of the longest transmission, ends it, and waits for a release', async () => {
      await crew.server.call('setNet', { channel: 'Flight', net: { maxTransmissionMs: 1_200 } });
      await crew.begin('Flight 2', { channels: ['Flight'] });
      await crew.told('Flight 2', 'ends on Flight in ');
      for (const name of ['Flight 2', ...onFlight('Flight 2')]) {
        await crew.told(name, 'Flight 2 ends: timeout');
      }
      await expectCutOff(crew, 'Flight 2', 'timeout', allOn('Flight', onFlight('Flight 2')));
      await expectTalk(crew, 'Flight 2', 'Flight', allOn('Flight', onFlight('Flight 2')));
      await crew.server.call('setNet', { channel: 'Flight', net: { maxTransmissionMs: null } });
    });

    it('is heard on another one while both are patched, once by each, and then no more', async () => {
      const ids = ['Flight', 'Ground'].map((net) => crew.channelIds[net] ?? '');
      expect(await crew.attempt('Flight 1', 'patch.create', { channels: ids })).to.equal(
        'NOT_FOUND',
      );
      expect(await crew.attempt('Commander A', 'patch.create', { channels: ids })).to.equal('done');
      await crew.told('Commander B', 'patch Flight+Ground, unseen 0');
      await crew.told('Flight 2', 'patch Flight, unseen 1');
      await crew.told('Ground 2', 'patch Ground, unseen 1');
      const ground = ['Ground 1', 'Ground 2', 'Ground 3'];
      const flight = ['Flight 1', 'Flight 2', 'Flight 3'];
      await expectTalk(crew, 'Flight 2', 'Flight', {
        ...allOn('unseen', ground),
        ...allOn('Flight', onFlight('Flight 2')),
      });
      await expectTalk(crew, 'Ground 3', 'Ground', {
        ...allOn('unseen', flight),
        ...allOn('Ground', onGround('Ground 3')),
      });
      await crew.begin('Ground 2', { channels: ['Ground'] });
      await hearing(crew, 'Flight 3', 'Ground 2');
      const [patch] = (await crew.view('Commander A')).patches;
      expect(await crew.attempt('Flight 1', 'patch.end', { patch })).to.equal('ACCESS_DENIED');
      expect(await crew.attempt('Commander B', 'patch.end', { patch })).to.equal('done');
      for (const name of flight) await crew.told(name, 'patch ends: ended');
      await hearing(crew, 'Ground 3', 'Ground 2', (await crew.heardBy('Ground 3', 'Ground 2')) + 5);
      const atEnd = await crew.heardBy('Flight 3', 'Ground 2');
      await hearing(
        crew,
        'Ground 3',
        'Ground 2',
        (await crew.heardBy('Ground 3', 'Ground 2')) + 20,
      );
      expect(await crew.heardBy('Flight 3', 'Ground 2')).to.equal(atEnd);
      await expectTalk(crew, 'Ground 3', 'Ground', allOn('Ground', onGround('Ground 3')));
    });
  });

  describe('with another program', () => {
    it('follows its pushes within a second, and takes none with a wrong signature', async () => {
      await crew.begin('Flight 2', { channels: ['Flight'] });
      expect(
        await pushGroups(crew, 'Outsider', ['Pilot'], 'no secret of ours, but long enough'),
      ).to.equal(401);
      const givenAt = wallTime();
      expect(await pushGroups(crew, 'Outsider', ['Pilot'])).to.equal(200);
      await crew.told('Outsider', 'sees Flight');
      expect(await crew.join('Outsider', 'Flight')).to.equal('done');
      await hearing(crew, 'Outsider', 'Flight 2');
      const hears = (await crew.firstHeardAt('Outsider', 'Flight 2')) - givenAt;
      expect(hears, 'hears after ms').to.be.within(0, FOLLOWS_WITHIN_MS);
      await crew.begin('Outsider', { channels: ['Flight'] });
      await hearing(crew, 'Flight 3', 'Outsider');
      const takenAt = wallTime();
      expect(await pushGroups(crew, 'Outsider', [])).to.equal(200);
      const { at } = await crew.told('Outsider', 'loses Flight');
      expect(at - takenAt, 'lost after ms').to.be.within(0, FOLLOWS_WITHIN_MS);
      await crew.told('Flight 3', 'Outsider ends: revoked');
      const { frames } = await lastEnd(crew, 'Outsider', 'revoked');
      await expectHeard(crew, 'Outsider', allOn('Flight', onFlight('Outsider')), frames);
      await crew.hush('Flight 2');
      await expectTalk(crew, 'Flight 2', 'Flight', allOn('Flight', onFlight('Flight 2')));
    });

    it('has the roles that a token names from the sign-in on', async () => {
      await crew.enter('Visitor', ['Observer']);
      const { channels } = await crew.view('Visitor');
      expect(channels).to.include.members(['Operation', ...NETS]);
      expect(await crew.join('Visitor', 'Flight')).to.equal('done');
      const heardBy = [...onFlight('Flight 2'), 'Visitor'];
      await expectTalk(crew, 'Flight 2', 'Flight', allOn('Flight', heardBy));
      const talk = { channels: ['Flight'], frames: FRAMES };
      expect(await crew.say('Visitor', talk)).to.equal('ACCESS_DENIED');
      await crew.attempt('Visitor', 'channel.leave', { channel: crew.channelIds['Flight'] ?? '' });
    });
  });

  /** Also by what the server has sent: each frame once to each of them, and to nobody else. */
  async function expectHearings(expected: Hearings, before: number): Promise<void> {
    const copies = Object.values(expected).flatMap((heard) => Object.keys(heard)).length;
    const frames = copies * (FRAMES + REPEATED_ENDS);
    await eventually(() => crew.hearings(FRAMES), expected);
    await eventually(async () => (await crew.metric('voice.forwarded')) - before, frames);
  }
});
