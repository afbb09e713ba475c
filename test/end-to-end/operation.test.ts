import { waitFor } from '@sidetone/testkit';
import { expect } from 'chai';
import * as table from './scenario/operation-table.js';
import { Crew, posts } from './support/crew.js';
import { operationTable } from './support/operation-guide.js';

/** Of each talkspurt of the table. */
const FRAMES = 12;
/** The end of a talkspurt is sent three times. */
const REPEATED_ENDS = 2;

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
    const before = await crew.metric('voice.forwarded');
    const talks = await table.talkOnNets(crew, guide, FRAMES);
    expect(talks).to.deep.equal(table.expectedTalks(guide));
    await expectHearings(table.expectedHearings(guide, FRAMES), before);
  });

  it('hears a shout of Command everywhere, and nobody else may shout', async () => {
    const before = await crew.metric('voice.forwarded');
    const shouts = await table.shout(crew, guide, FRAMES);
    expect(shouts).to.deep.equal(table.expectedShouts(guide));
    await expectHearings(table.expectedShoutHearings(guide, FRAMES), before);
  });

  /** Also by what the server has sent: each frame once to each of them, and to nobody else. */
  async function expectHearings(expected: table.Hearings, before: number): Promise<void> {
    const copies = Object.values(expected).flatMap((heard) => Object.keys(heard)).length;
    const frames = copies * (FRAMES + REPEATED_ENDS);
    await waitFor(async () => (await crew.metric('voice.forwarded')) - before >= frames, {
      describe: () => `less than ${frames} frames were forwarded`,
    });
    await waitFor(async () => expect(await table.hearings(crew)).to.deep.equal(expected) && true);
    expect(await table.hearings(crew)).to.deep.equal(expected);
    expect((await crew.metric('voice.forwarded')) - before, 'frames forwarded').to.equal(frames);
  }
});
