import { createFakeClock, createRecordingLogger, type FakeClock } from '@sidetone/testkit';
import { expect } from 'chai';
import type { VoicePlanePort } from '../../src/audio/voice-plane-port.js';
import { MemoryMetrics, MemoryResumeTokenStore } from '../../src/index.js';
import { ResumeTokens } from '../../src/session/resume-tokens.js';
import { SessionRecorder } from '../../src/session/session-recorder.js';
import type { Session } from '../../src/session/session.js';

const RESUME_TIMEOUT_MS = 60_000;

describe('The recorder of sessions', () => {
  let clock: FakeClock;
  let store: MemoryResumeTokenStore;
  let tokens: ResumeTokens;
  let metrics: MemoryMetrics;
  let recorder: SessionRecorder;
  /** What was asked of the store, in order. */
  let asked: string[];
  let failing: boolean;

  const createRecorder = (resumeTimeoutMs = RESUME_TIMEOUT_MS): SessionRecorder =>
    new SessionRecorder({
      ...{ store, clock, metrics, tokens, resumeTimeoutMs, log: createRecordingLogger() },
      plane: { targets: () => [] } as unknown as VoicePlanePort,
    });

  beforeEach(() => {
    clock = createFakeClock();
    store = new MemoryResumeTokenStore();
    tokens = new ResumeTokens(clock, RESUME_TIMEOUT_MS);
    metrics = new MemoryMetrics();
    asked = [];
    failing = false;
    const put = store.put.bind(store);
    store.put = async (record) => {
      asked.push(`put ${record.sessionId} ${record.muted}`);
      if (failing) throw new Error('gone');
      await put(record);
    };
    const remove = store.delete.bind(store);
    store.delete = async (sessionId) => {
      asked.push(`delete ${sessionId}`);
      if (failing) throw new Error('gone');
      await remove(sessionId);
    };
    const removeOfUser = store.deleteOfUser.bind(store);
    store.deleteOfUser = async (userId) => {
      asked.push(`delete of ${userId}`);
      if (failing) throw new Error('gone');
      await removeOfUser(userId);
    };
    recorder = createRecorder();
  });

  afterEach(() => recorder.close());

  const open = (id: string): Session => {
    tokens.issue(id, 'instance');
    const identity = { userId: 'ann', displayName: 'Ann', guest: true };
    const rest = { organizationId: 'main', muted: false, deafened: false, memberships: new Map() };
    return { id, identity, status: 'active', ...rest } as unknown as Session;
  };

  it('writes what has changed within 200 ms once, as it stands then', async () => {
    const session = open('s');
    for (let change = 0; change < 5; change += 1) {
      session.muted = !session.muted;
      recorder.changed(session);
      await clock.advanceAsync(39);
    }
    expect(asked).to.deep.equal([]);
    await clock.advanceAsync(5);
    expect(asked).to.deep.equal(['put s true']);
    await clock.advanceAsync(10_000);
    expect(asked).to.have.lengthOf(1);
  });

  it('writes one session at most every 200 ms, however fast it changes', async () => {
    const session = open('s');
    for (let elapsedMs = 0; elapsedMs < 2000; elapsedMs += 10) {
      recorder.changed(session);
      await clock.advanceAsync(10);
    }
    expect(asked.length).to.be.within(8, 10);
  });

  it('deletes what has ended, and nothing of which it never wrote', async () => {
    const [kept, never] = [open('s'), open('t')];
    recorder.changed(kept);
    await clock.advanceAsync(200);
    recorder.ended(kept);
    recorder.ended(never);
    expect(recorder.hasEnded('s')).to.equal(true);
    await clock.advanceAsync(200);
    expect(asked.slice(1)).to.deep.equal(['delete s']);
    expect(recorder.hasEnded('s')).to.equal(false);
  });

  it('deletes what there is of a user, and writes again what goes on', async () => {
    const [goesOn, ends] = [open('s'), open('t')];
    const earlier = createRecorder();
    const old = open('of an earlier process');
    for (const session of [goesOn, ends]) recorder.changed(session);
    earlier.changed(old);
    await clock.advanceAsync(200);
    earlier.close();
    const hashes = ['s', 't', old.id].map((id) => tokens.kept(id)?.hashes[0] ?? '');
    const there = async (): Promise<boolean[]> =>
      Promise.all(hashes.map(async (hash) => (await store.findByToken(hash)) !== null));
    expect(await there()).to.deep.equal([true, true, true]);
    ends.status = 'closed';
    recorder.ended(ends);
    recorder.revoked('ann');
    await clock.advanceAsync(200);
    expect(await there()).to.deep.equal([true, false, false]);
    expect(asked.slice(3)).to.deep.equal(['delete of ann', 'delete t', 'put s false']);
    asked = [];
    await clock.advanceAsync(10_000);
    expect(asked).to.deep.equal([]);
  });

  it('deletes it as soon as the store is back', async () => {
    const session = open('s');
    recorder.changed(session);
    await clock.advanceAsync(200);
    failing = true;
    recorder.revoked('ann');
    session.status = 'closed';
    await clock.advanceAsync(3000);
    failing = false;
    await clock.advanceAsync(1000);
    expect(await store.findByToken(tokens.kept('s')?.hashes[0] ?? '')).to.equal(null);
    expect(asked.at(-1)).to.equal('delete of ann');
  });

  it('tries again each second while the store is gone, and catches up when it is back', async () => {
    const [changed, ended] = [open('s'), open('t')];
    recorder.changed(ended);
    await clock.advanceAsync(200);
    asked = [];
    failing = true;
    recorder.changed(changed);
    recorder.ended(ended);
    await clock.advanceAsync(10_000);
    expect(asked.length).to.be.within(18, 22);
    expect(recorder.hasEnded('t')).to.equal(true);
    failing = false;
    changed.muted = true;
    await clock.advanceAsync(1000);
    expect(asked.slice(-2)).to.deep.equal(['delete t', 'put s true']);
    const [hash = ''] = tokens.kept('s')?.hashes ?? [];
    expect(await store.findByToken(hash)).to.include({ sessionId: 's', muted: true });
    const count = asked.length;
    await clock.advanceAsync(10_000);
    expect(asked).to.have.lengthOf(count);
    expect(metrics.snapshot()['resumable.failed']).to.be.above(10);
  });

  it('keeps the record of a session that stays from running out, and one that waits for 60 s', async () => {
    const session = open('s');
    const [hash = ''] = tokens.kept('s')?.hashes ?? [];
    recorder.changed(session);
    for (let minutes = 0; minutes < 30; minutes += 1) {
      await clock.advanceAsync(60_000);
      const record = await store.findByToken(hash);
      expect(record?.expiresAt).to.be.at.least(clock.wallTime() + RESUME_TIMEOUT_MS);
    }
    expect(asked.length).to.be.within(6, 8);
    session.status = 'detached';
    recorder.changed(session);
    await clock.advanceAsync(200);
    const record = await store.findByToken(hash);
    expect(record?.expiresAt).to.equal(clock.wallTime() + RESUME_TIMEOUT_MS);
  });

  it('leaves a session that the stop of the server ends to the next process', async () => {
    const session = open('s');
    const [hash = ''] = tokens.kept('s')?.hashes ?? [];
    session.muted = true;
    recorder.leave(session);
    session.status = 'closed';
    tokens.end('s', 'SHUTTING_DOWN', 'the server stops');
    recorder.changed(session);
    await recorder.flush(500);
    expect(await store.findByToken(hash)).to.include({
      muted: true,
      expiresAt: clock.wallTime() + RESUME_TIMEOUT_MS,
    });
  });

  it('does not hold a stop up for a store that hangs', async () => {
    store.put = () => new Promise(() => {});
    recorder.changed(open('s'));
    let flushed = false;
    void recorder.flush(500).then(() => (flushed = true));
    await clock.advanceAsync(499);
    expect(flushed).to.equal(false);
    await clock.advanceAsync(1);
    expect(flushed).to.equal(true);
  });

  it('writes nothing where sessions end with their connections, nor of who has no token', async () => {
    const other = createRecorder(0);
    other.changed(open('s'));
    other.leave(open('s'));
    const inside = { ...open('t'), id: 'inside' } as unknown as Session;
    recorder.changed(inside);
    await clock.advanceAsync(1000);
    await other.flush(500);
    expect(asked).to.deep.equal([]);
    other.close();
  });

  it('leaves no timer behind', async () => {
    recorder.changed(open('s'));
    recorder.close();
    expect(clock.pending).to.equal(0);
  });
});
