import { waitFor } from '@sidetone/testkit';
import { expect } from 'chai';
import { cutControl } from './scenario/cut-control.js';
import { resumeWithStolenToken } from './scenario/stolen-token.js';
import { ControlTap } from './support/control-tap.js';
import { ImpairedOperation } from './support/impaired-operation.js';
import { NumberedSteps } from './support/numbered-steps.js';
import { together } from './support/together.js';

const CUTS = 100;
const CLIENTS = 3;

describe('A control connection', function () {
  this.timeout(120_000);

  together({
    'that is cut a hundred times during speech costs no event and no frame': async () => {
      const { struck, outages, sessions, expected, journals, said, heard, views } =
        await cutControl({ cuts: CUTS, wildCuts: 40 });
      expect(struck, 'connections cut').to.be.at.least(CUTS * CLIENTS);
      for (const times of Object.values(outages)) expect(times).to.have.lengthOf(CUTS);
      expect(sessions.after).to.deep.equal(sessions.before);

      expect(expected.length, 'events').to.be.at.least(200);
      expect(journals.quiet.filter(isStep)).to.deep.equal(expected);
      expect(journals.cut.filter(isStep)).to.deep.equal(expected);
      expect(journals.cut.filter(isTrouble)).to.deep.equal([]);
      expect(views.cut).to.deep.equal(views.quiet);
      for (const name of ['Talker', 'Listener', 'Observer']) {
        expectTurns(journals.quiet, name);
        if (name !== 'Observer') expectTurns(journals.cut, name);
      }

      expect(heard).to.have.lengthOf(1);
      const [hearing] = heard;
      expect(hearing?.missing, 'frames lost').to.equal(0);
      expect(hearing?.doubled, 'frames doubled').to.equal(0);
      expect(hearing?.frames).to.equal(said);
    },

    'comes back when the answers to its resumes get lost': async () => {
      await withTap(async (operation, tap) => {
        const { people } = operation;
        const session = await connectThrough(operation, tap);
        const actor = await NumberedSteps.connect(operation, 'Actor');
        actor.start();
        let lost = 0;
        for (const count of [1, 1, 3]) {
          const [returns = 0] = await people.call('returns');
          tap.loseAnswers(count);
          tap.cut();
          await waitFor(async () => ((await people.call('returns'))[0] ?? 0) > returns, {
            timeoutMs: 20_000,
            describe: () => `${tap.answersLost} answers were lost`,
          });
          lost += count;
          expect(tap.answersLost).to.equal(lost);
        }
        await actor.stop();
        const last = actor.expected.at(-1) ?? '';
        await waitFor(async () => (await people.call('journal', 'Victim')).includes(last));
        const journal = await people.call('journal', 'Victim');
        expect(journal.filter(isStep)).to.deep.equal(actor.expected);
        expect(journal.filter(isTrouble)).to.deep.equal([]);
        expect((await people.call('view', 'Victim')).session).to.equal(session);
        await actor.close();
      });
    },

    'is closed on both sides when a spent token comes again': async () => {
      await withTap(async (operation, tap) => {
        const { people, server } = operation;
        const session = await connectThrough(operation, tap);
        const url = operation.directUrl;
        await operation.person({ name: 'Witness', transport: 'websocket', channels: [], url });
        tap.cut();
        await waitFor(async () => (await people.call('returns'))[0] === 1);
        // Its first message confirms the second token, and the first is spent.
        await people.call('setMuted', { name: 'Victim', muted: true });
        const [spent = '', live = ''] = tap.tokens;
        expect(tap.tokens).to.have.lengthOf(2);

        const theft = await resumeWithStolenToken(operation.directUrl, spent);
        expect(theft).to.deep.equal({
          error: 'TOKEN_REUSED',
          closing: 'TOKEN_REUSED',
          closeCode: 4012,
        });
        await waitFor(async () => (await people.call('returns'))[0] === 2, {
          describe: () => 'the victim did not come back',
        });
        const outage = (await people.call('outages', 'Victim')).at(-1);
        expect(outage?.reason).to.equal('closedByServer TOKEN_REUSED');
        expect(await people.call('journal', 'Victim')).to.include('closeAnnounced TOKEN_REUSED');
        const after = (await people.call('view', 'Victim')).session;
        expect(after).to.not.equal(session);
        const known = (await server.call('roster')).filter(({ name }) => name === 'Victim');
        expect(known.map((entry) => entry.session)).to.deep.equal([after]);
        expect(known[0]?.channels).to.deep.equal(['Command']);
        expect((await resumeWithStolenToken(operation.directUrl, live)).error).to.be.oneOf([
          'SESSION_UNKNOWN',
          'TOKEN_REUSED',
        ]);
        // Nobody is thrown out by a token of a session that is no more.
        expect((await people.call('view', 'Victim')).session).to.equal(after);
        const seen = (await people.call('journal', 'Witness')).filter((line) =>
          /^participant(Joined|Left) Victim/.test(line),
        );
        expect(seen).to.deep.equal([
          'participantLeft Victim disconnected',
          'participantJoined Victim',
        ]);
      });
    },
  });
});

async function withTap(
  test: (operation: ImpairedOperation, tap: ControlTap) => Promise<void>,
): Promise<void> {
  const operation = await ImpairedOperation.start();
  const tap = await ControlTap.start(operation.directUrl);
  try {
    await test(operation, tap);
  } finally {
    await tap.close();
    await operation.end();
  }
}

async function connectThrough(operation: ImpairedOperation, tap: ControlTap): Promise<string> {
  const { url } = tap;
  return operation.person({ name: 'Victim', transport: 'websocket', channels: ['Command'], url });
}

function isStep(line: string): boolean {
  return /^(participantUpdated Actor|membershipChanged Actor|channelUpdated)/.test(line);
}

/** What a client tells of messages that it could not use. */
function isTrouble(line: string): boolean {
  return /^(messageRejected|unknownResponse|unknownEvent|listenerFailed|restoreFailed)/.test(line);
}

/** Away and back by turns: none of them is missing, none comes twice. */
function expectTurns(journal: readonly string[], name: string): void {
  const lines = journal.filter((line) => line.startsWith(`participantAway ${name} `));
  expect(lines.length, `${name} was seen to be away`).to.be.at.least(CUTS / 2);
  lines.forEach((line, index) => {
    expect(line).to.equal(`participantAway ${name} ${index % 2 === 0 ? 'away' : 'back'}`);
  });
  expect(lines.length % 2, `${name} is back`).to.equal(0);
}
