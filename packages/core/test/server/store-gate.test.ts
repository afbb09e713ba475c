import { VoiceError } from '@sidetone/protocol';
import { createFakeClock, type FakeClock } from '@sidetone/testkit';
import { expect } from 'chai';
import { MemoryMetrics } from '../../src/index.js';
import { StoreGate } from '../../src/server/store-gate.js';
import { thrownBy } from '../double/thrown.js';

/** Answers, fails or hangs as it is told. */
class MoodyStore {
  readonly #clock: FakeClock;
  mood: 'well' | 'gone' | 'slow' | 'hanging' | 'broken' = 'well';
  calls = 0;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  name(): string {
    return 'moody';
  }

  get(id: string): Promise<string> {
    this.calls += 1;
    const gone = new VoiceError('ERR_STORE_UNAVAILABLE', 'gone');
    switch (this.mood) {
      case 'well':
        return Promise.resolve(`found ${id}`);
      case 'gone':
        return Promise.reject(gone);
      case 'broken':
        return Promise.reject(new VoiceError('ERR_STORE_CONFLICT', 'taken'));
      case 'slow':
        return new Promise((_, reject) => this.#clock.after(1400, () => reject(gone)));
      case 'hanging':
        return new Promise(() => {});
    }
  }
}

describe('The gate before stores', () => {
  let clock: FakeClock;
  let store: MoodyStore;
  let gate: StoreGate;
  let guarded: MoodyStore;
  let metrics: MemoryMetrics;

  beforeEach(() => {
    clock = createFakeClock();
    metrics = new MemoryMetrics();
    store = new MoodyStore(clock);
    gate = new StoreGate({ clock, metrics });
    guarded = gate.guard(store);
    gate.arm();
  });

  /** How it ended, and how long that took. */
  const ask = async (): Promise<[string, number]> => {
    const startedMs = clock.now();
    const outcome = guarded.get('a').catch((error: VoiceError) => error.code);
    return [await outcome, clock.now() - startedMs];
  };

  it('lets through what a store answers, and what it throws', async () => {
    expect(await ask()).to.deep.equal(['found a', 0]);
    expect(guarded.name()).to.equal('moody');
    store.mood = 'broken';
    expect(await ask()).to.deep.equal(['ERR_STORE_CONFLICT', 0]);
    expect(clock.pending).to.equal(0);
  });

  it('lets a store that hangs hang until it is armed', async () => {
    const patient = new StoreGate({ clock, metrics }).guard(store);
    store.mood = 'hanging';
    let settled = false;
    void patient.get('a').finally(() => (settled = true));
    await clock.advanceAsync(60_000);
    expect(settled).to.equal(false);
  });

  for (const mood of ['hanging', 'slow'] as const) {
    it(`makes nobody wait for 2 s where calls are ${mood}, however many come one after another`, async () => {
      store.mood = mood;
      const outcomes: [string, number][] = [];
      const inLine = async (): Promise<void> => {
        for (let call = 0; call < 20; call += 1) outcomes.push(await ask());
      };
      const line = inLine();
      await clock.advanceAsync(1999);
      await line;
      expect(outcomes.map(([code]) => code)).to.deep.equal(
        new Array(20).fill('ERR_STORE_UNAVAILABLE'),
      );
      expect(store.calls).to.equal(1);
    });
  }

  it('sends one call ahead after half a second, and opens when that is answered', async () => {
    store.mood = 'hanging';
    const first = ask();
    await clock.advanceAsync(1500);
    await first;
    await clock.advanceAsync(500);
    const probe = ask();
    expect(await ask()).to.deep.equal(['ERR_STORE_UNAVAILABLE', 0]);
    expect(store.calls).to.equal(2);
    await clock.advanceAsync(1500);
    expect(await probe).to.deep.equal(['ERR_STORE_UNAVAILABLE', 1500]);
    store.mood = 'well';
    expect(await ask()).to.deep.equal(['ERR_STORE_UNAVAILABLE', 0]);
    await clock.advanceAsync(500);
    expect(await Promise.all([ask(), ask()])).to.deep.equal([
      ['found a', 0],
      ['ERR_STORE_UNAVAILABLE', 0],
    ]);
    expect(await Promise.all([ask(), ask()])).to.deep.equal([
      ['found a', 0],
      ['found a', 0],
    ]);
  });

  it('stays open where a store says at once that it is not there', async () => {
    store.mood = 'gone';
    await Promise.all([ask(), ask()]);
    store.mood = 'well';
    expect(await ask()).to.deep.equal(['found a', 0]);
  });

  it('waits shortly for other stores while one is shut, and long for the one that is sent ahead', async () => {
    const second = new MoodyStore(clock);
    const other = gate.guard(second);
    store.mood = second.mood = 'hanging';
    const first = ask();
    await clock.advanceAsync(1500);
    await first;
    const quick = other.get('b').catch((error: VoiceError) => error.code);
    await clock.advanceAsync(150);
    expect(await quick).to.equal('ERR_STORE_UNAVAILABLE');
    await clock.advanceAsync(500);
    const probe = ask();
    await clock.advanceAsync(1500);
    expect(await probe).to.deep.equal(['ERR_STORE_UNAVAILABLE', 1500]);
  });

  it('counts what it refuses and how often it shuts, and says whether it is open', async () => {
    const open = { ok: true, message: 'calls of all 1 stores pass' };
    expect(await gate.health.check()).to.deep.equal(open);
    expect(gate.health.name).to.equal('stores');
    store.mood = 'hanging';
    const first = ask();
    await clock.advanceAsync(1500);
    await first;
    expect(await gate.health.check()).to.deep.equal({
      ok: false,
      message: '1 of 1 stores did not answer a moment ago, and calls of these are refused',
    });
    await Promise.all([ask(), ask()]);
    expect(metrics.snapshot()).to.deep.equal({
      'stores.shut': 1,
      'stores.opened': 0,
      'stores.refused.shut': 2,
      'stores.refused.late': 1,
    });
    // Nobody asks, and still the server is to be had again.
    await clock.advanceAsync(500);
    expect(await gate.health.check()).to.deep.equal(open);
    const probe = ask();
    expect(await gate.health.check()).to.include({ ok: false });
    await clock.advanceAsync(1500);
    await probe;
    store.mood = 'well';
    await clock.advanceAsync(500);
    await ask();
    expect(await gate.health.check()).to.deep.equal(open);
    expect(metrics.snapshot()).to.deep.equal({
      'stores.shut': 1,
      'stores.opened': 1,
      'stores.refused.shut': 2,
      'stores.refused.late': 2,
    });
  });

  it('counts no call as late that was answered', async () => {
    await ask();
    await clock.advanceAsync(5000);
    expect(metrics.snapshot()['stores.refused.late']).to.equal(0);
  });

  it('shuts each store by itself', async () => {
    const other = gate.guard(new MoodyStore(clock));
    store.mood = 'hanging';
    const hanging = ask();
    await clock.advanceAsync(1500);
    await hanging;
    expect(await other.get('b')).to.equal('found b');
    expect(await thrownBy(() => guarded.get('a'))).to.include({ code: 'ERR_STORE_UNAVAILABLE' });
  });
});
