import { expect } from 'chai';
import * as fc from 'fast-check';
import { openDoor, settle, type OpenDoor } from './open-door.js';
import { ReturningClient } from './returning-client.js';

/** What may happen, in any order and as often as it likes. */
type Step =
  | { readonly kind: 'events'; readonly count: number }
  | { readonly kind: 'cut' }
  /** The client reads nothing of what is queued until it drains. */
  | { readonly kind: 'stall' }
  | { readonly kind: 'drain' }
  /** Not waited for: more may happen before the answer. */
  | { readonly kind: 'resume' }
  /** The answer, and what follows, never arrives. */
  | { readonly kind: 'resumeLost' }
  | { readonly kind: 'confirm' }
  | { readonly kind: 'settle' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('events' as const), count: fc.integer({ min: 1, max: 5 }) }),
  ...(['cut', 'stall', 'drain', 'resume', 'resumeLost', 'confirm', 'settle'] as const).map((kind) =>
    fc.constant({ kind }),
  ),
);

/** A client that reads only what its connection lets through before it ends. */
class Run {
  readonly #door: OpenDoor;
  readonly #client: ReturningClient;
  readonly #lobby: string;
  happened = 0;

  constructor(door: OpenDoor, client: ReturningClient) {
    this.#door = door;
    this.#client = client;
    this.#lobby = door.server.organization().channels.find('Lobby')?.id ?? '';
  }

  async do(step: Step): Promise<void> {
    const client = this.#client;
    switch (step.kind) {
      case 'events':
        return this.#happen(step.count);
      case 'cut':
        return client.cut();
      case 'stall':
        client.peer.queuedBytes = 65_537;
        return;
      case 'drain':
        return client.peer.drain();
      case 'resume':
        // One that is displaced or cut off is never answered; the next one counts.
        client.resume().catch(() => undefined);
        return;
      case 'resumeLost':
        return this.#resumeLost();
      case 'confirm':
        client.peer.ask('session.setState', {}).catch(() => undefined);
        return;
      case 'settle':
        return settle();
    }
  }

  /** The end of every run: the client is there and has read everything. */
  async finish(): Promise<void> {
    await settle();
    this.#client.cut();
    await this.#client.resume();
    await this.#happen(1);
  }

  async #happen(count: number): Promise<void> {
    const { channels } = this.#door.server.organization();
    for (let n = 0; n < count; n += 1) {
      this.happened += 1;
      await channels.update(this.#lobby, { topic: `${this.happened}` });
    }
  }

  async #resumeLost(): Promise<void> {
    await settle();
    this.#client.cut();
    const { token, instance, lastSeq } = this.#client;
    const lost = this.#door.connect();
    lost.request('session.resume', { token, instance, lastSeq }).catch(() => undefined);
    await settle();
  }
}

describe('Any interleaving of events, cuts and resumes', () => {
  it('gives the client every event exactly once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const door = await openDoor([], { limits: { commandBurst: 1000 } });
        try {
          const client = await ReturningClient.enter(door, 'Ann');
          const run = new Run(door, client);
          for (const each of steps) await run.do(each);
          await run.finish();
          expect(client.snapshots, 'nothing was too old for the ring').to.equal(1);
          const numbers = Array.from({ length: run.happened }, (_, index) => index + 1);
          expect(client.applied).to.deep.equal(numbers);
          const { participants } = door.server.organization();
          expect(participants.list().map(({ away }) => away)).to.deep.equal([false]);
        } finally {
          await door.server.stop();
        }
        expect(door.clock.pending).to.equal(0);
      }),
      { numRuns: 150 },
    );
  });
});
