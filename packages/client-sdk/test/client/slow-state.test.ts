import { expect } from 'chai';
import { latest, scene, type Scene } from '../support/scene.js';

const PARTS = 6;
const emptyPart = { last: false, channels: [], participants: [], memberships: [], patches: [] };

/** A server that has taken the resume and owes the state; the client waits before it tries again. */
async function waitingForState(resync: boolean): Promise<Scene> {
  const at = await scene({ reconnect: ({ attempt }) => (attempt === 1 ? 0 : 600_000) });
  at.server.resync = resync;
  at.server.withholdsState = true;
  if (!resync) at.peer.seq += PARTS;
  at.peer.cut();
  await at.clock.advanceAsync(0);
  return at;
}

/** With the ticks of a server that is there. */
async function pass({ server, clock }: Scene, durationMs: number): Promise<void> {
  for (let leftMs = durationMs; leftMs > 0; leftMs -= 1_000) {
    server.peers.at(-1)?.notify('tick', { seq: 0 });
    await clock.advanceAsync(Math.min(leftMs, 1_000));
  }
}

async function bring(at: Scene, method: string, payload: object): Promise<void> {
  latest(at).notify(method, payload);
  await at.clock.settle();
}

describe('A state that comes slowly', () => {
  it('is waited for while each part of its snapshot comes within 10 s', async () => {
    const at = await waitingForState(true);
    for (let part = 0; part < PARTS - 1; part++) {
      await pass(at, 9_000);
      await bring(at, 'snapshotPart', { ...emptyPart, part });
    }
    expect(at.client.state.status).to.equal('reconnecting');
    await pass(at, 9_000);
    await bring(at, 'snapshotPart', { ...emptyPart, part: PARTS - 1, last: true });
    expect(at.client.state.status).to.equal('connected');
    await pass(at, 60_000);
    expect(at.client.state.status).to.equal('connected');
    expect(at.server.peers).to.have.length(2);
  });

  it('is waited for while each missed event comes within 10 s', async () => {
    const at = await waitingForState(false);
    const { session } = at.peer;
    for (let seq = at.peer.seq - PARTS + 1; seq <= at.peer.seq; seq++) {
      expect(at.client.state.status).to.equal('reconnecting');
      await pass(at, 9_000);
      await bring(at, 'participantAway', { seq, session, away: false });
    }
    expect(at.client.state.status).to.equal('connected');
    expect(at.server.peers).to.have.length(2);
  });

  it('is given up 10 s after its last step, whatever else the server says', async () => {
    const at = await waitingForState(true);
    await pass(at, 5_000);
    await bring(at, 'snapshotPart', { ...emptyPart, part: 0 });
    await pass(at, 9_999);
    expect(latest(at).open).to.equal(true);
    await pass(at, 1);
    expect(latest(at).open).to.equal(false);
    expect(at.client.state).to.nested.include({ 'reason.error.code': 'ERR_CLIENT_CONNECT' });
  });

  it('is given up 60 s after the answer, however steadily it comes', async () => {
    const at = await waitingForState(true);
    for (let part = 0; part < 59; part++) {
      await pass(at, 1_000);
      await bring(at, 'snapshotPart', { ...emptyPart, part });
    }
    await pass(at, 999);
    expect(latest(at).open).to.equal(true);
    await pass(at, 1);
    expect(latest(at).open).to.equal(false);
    expect(at.client.state.status).to.equal('reconnecting');
  });
});
