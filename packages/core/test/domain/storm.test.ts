import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { Authenticator, type AuthenticationResult, type Plugin } from '../../src/index.js';
import { openDoor, settle, type OpenDoor } from './open-door.js';
import { refusalOf, type Refused, type TestPeer } from './test-peer.js';

const FAR = '192.0.2.7';

const random = (bytes: number): string => randomBytes(bytes).toString('base64url');

function resumeWith(peer: TestPeer, token: string): Promise<string | undefined> {
  return refusalOf(peer.request('session.resume', { token, instance: random(16), lastSeq: null }));
}

/** Signs in only whom the test lets in. */
function slowDoor(): Plugin & { readonly asked: Map<string, () => void> } {
  const asked = new Map<string, () => void>();
  return {
    name: 'slow',
    version: '1.0.0',
    provides: [Authenticator],
    asked,
    setup(ctx) {
      ctx.provide(Authenticator, () => ({
        method: 'slow',
        authenticate: ({ name }) =>
          new Promise<AuthenticationResult>((resolve) => {
            const displayName = String(name);
            const identity = { userId: displayName, displayName, guest: true };
            asked.set(displayName, () => resolve({ ok: true, identity }));
          }),
      }));
    },
  };
}

/** What grows at most how much from one look of the event loop at its sockets to the next. */
async function largestStep(count: () => number, until: () => boolean): Promise<number> {
  // What has begun already belongs to the turn that the test is in.
  await new Promise((resolve) => setImmediate(resolve));
  let largest = 0;
  for (let before = count(); !until(); before = count()) {
    await new Promise((resolve) => setImmediate(resolve));
    largest = Math.max(largest, count() - before);
  }
  return largest;
}

describe('A storm of connections', () => {
  let door: OpenDoor;

  afterEach(() => door.server.stop());

  const present = (): number => door.server.organization().participants.list().length;

  it('comes in a few at a time, so that there is voice in between', async () => {
    door = await openDoor();
    const people = Array.from({ length: 60 }, () => door.connect());
    const entered = people.map((peer, index) => peer.signIn(`guest ${index}`));
    expect(await largestStep(present, () => present() === 60)).to.be.within(1, 2);
    await Promise.all(entered);
  });

  it('does not ask a slow authenticator for more than 128 at once, or for who has gone', async () => {
    const slow = slowDoor();
    door = await openDoor([slow], { signInRate: { burst: 1000, perSecond: 1000 } });
    const people = Array.from({ length: 132 }, () => door.connect());
    const entered = people.map((peer, index) =>
      peer.request('session.authenticate', {
        method: 'slow',
        credentials: { name: `guest ${index}` },
        instance: random(16),
      }),
    );
    for (let round = 0; round < 80; round += 1) await settle();
    expect(slow.asked.size).to.equal(128);
    people[129]?.vanish();
    for (let round = 0; round < 8; round += 1) {
      for (const letIn of slow.asked.values()) letIn();
      await settle();
    }
    await Promise.all(entered.filter((_, index) => index !== 129));
    expect([...slow.asked.keys()])
      .to.have.lengthOf(131)
      .and.not.include('guest 129');
    expect(present()).to.equal(131);
  });

  it('does not keep those out who come back, while newcomers wait for an authenticator', async () => {
    const slow = slowDoor();
    door = await openDoor([slow]);
    const ann = door.connect();
    const instance = random(16);
    const signedIn = ann.request('session.authenticate', {
      method: 'slow',
      credentials: { name: 'Ann' },
      instance,
    });
    slow.asked.get('Ann')?.();
    const { resumeToken: token, session } = await signedIn;
    ann.vanish();
    for (let index = 0; index < 40; index += 1) {
      const credentials = { name: `guest ${index}` };
      const params = { method: 'slow', credentials, instance: random(16) };
      door
        .connect()
        .ask('session.authenticate', params)
        .catch(() => undefined);
    }
    const back = await door.connect().request('session.resume', { token, instance, lastSeq: null });
    expect(back.session).to.equal(session);
    expect(slow.asked.size).to.be.below(20);
  });
});

describe('Sign-ins from one address', () => {
  let door: OpenDoor;

  beforeEach(async () => {
    door = await openDoor([], { signInRate: { burst: 2, perSecond: 1 } });
  });

  afterEach(() => door.server.stop());

  it('are refused above the limit, with the wait, and go on after it', async () => {
    const refusals: (string | undefined)[] = [];
    for (let index = 0; index < 3; index += 1) {
      refusals.push(await refusalOf(door.connect(FAR).signIn('Ann')));
    }
    expect(refusals).to.deep.equal([undefined, undefined, 'RATE_LIMITED']);
    const late = door.connect(FAR);
    const error = (await late.signIn('Ben').catch((refused: unknown) => refused)) as Refused;
    expect(error.body.data?.retryAfterMs).to.be.within(1000, 5000);
    expect(late.closeReason).to.equal(null);
    expect(await refusalOf(door.connect('192.0.2.8').signIn('Cid'))).to.equal(undefined);
    door.clock.advance(1000);
    expect(await refusalOf(late.signIn('Ben'))).to.equal(undefined);
  });

  it('are not limited from loopback', async () => {
    for (let index = 0; index < 5; index += 1) {
      expect(await refusalOf(door.connect('::1').signIn('Ann'))).to.equal(undefined);
    }
  });

  it('leave no room for guesses at resume tokens', async () => {
    const ann = door.connect(FAR);
    const instance = random(16);
    const { resumeToken: token } = await ann.request('session.authenticate', {
      method: 'guest',
      credentials: { name: 'Ann' },
      instance,
    });
    const refusals: (string | undefined)[] = [];
    for (let index = 0; index < 4; index += 1) {
      refusals.push(await resumeWith(door.connect(FAR), random(32)));
    }
    expect(refusals).to.deep.equal([
      'SESSION_UNKNOWN',
      'SESSION_UNKNOWN',
      'RATE_LIMITED',
      'RATE_LIMITED',
    ]);
    const params = { token, instance, lastSeq: null };
    const near = door.connect(FAR);
    expect(await refusalOf(near.request('session.resume', params))).to.equal('RATE_LIMITED');
    door.clock.advance(1000);
    expect(await refusalOf(near.request('session.resume', params))).to.equal(undefined);
  });
});

describe('A server that stops with many connected', () => {
  it('ends them a few at a time, detached ones too, and has them come back spread', async () => {
    const door = await openDoor();
    const people: TestPeer[] = [];
    for (let index = 0; index < 300; index += 1) people.push(await door.enter(`guest ${index}`));
    for (const peer of people.splice(0, 20)) peer.vanish();
    const { participants } = door.server.organization();
    expect(participants.list().filter(({ away }) => away)).to.have.lengthOf(20);

    let stopped = false;
    const stop = door.server.stop().then(() => (stopped = true));
    const closed = (): number => people.filter(({ closeReason }) => closeReason !== null).length;
    const step = await largestStep(closed, () => stopped);
    await stop;
    expect(step).to.be.within(1, 2);
    expect(participants.list()).to.deep.equal([]);
    expect(door.clock.pending).to.equal(0);
    expect(new Set(people.map(({ closeReason }) => closeReason))).to.deep.equal(
      new Set(['SHUTTING_DOWN']),
    );
    const waits = people.map((peer) => Number(peer.heard('closing')[0]?.['retryAfterMs']));
    for (const wait of waits) expect(wait).to.be.within(1000, 7000);
    // The last ones are as many to come back as the first.
    for (const some of [waits.slice(0, 75), waits.slice(-75)]) {
      expect(Math.max(...some)).to.be.above(5000);
      expect(Math.min(...some)).to.be.below(3000);
    }
  });
});
