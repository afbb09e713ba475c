import { expect } from 'chai';
import { openDoor, settle, type OpenDoor } from './open-door.js';
import { ReturningClient } from './returning-client.js';
import { Refused, refusalOf } from './test-peer.js';

/** At once, and then each 200 ms. */
const BURST = 100;

describe('A session that is resumed over and over', () => {
  let door: OpenDoor;
  let ann: ReturningClient;

  beforeEach(async () => {
    door = await openDoor();
    ann = await ReturningClient.enter(door, 'Ann');
  });
  afterEach(async () => {
    await settle();
    await door.server.stop();
    expect(door.clock.pending).to.equal(0);
  });

  const back = async (client: ReturningClient): Promise<boolean> => {
    client.cut();
    return (await refusalOf(client.resume())) === undefined;
  };

  /** Resumes that went well until the first that did not. */
  const returns = async (): Promise<number> => {
    for (let count = 0; ; count += 1) if (!(await back(ann))) return count;
  };

  /** As another client of the user. */
  const takeOver = async (): Promise<boolean> => {
    ann = ReturningClient.thief(door, ann.token);
    return (await refusalOf(ann.resume())) === undefined;
  };

  it('is refused with the wait, and let in after it with the same token', async () => {
    expect(await returns()).to.equal(BURST);
    const refused = await ann.ask().catch((error: unknown) => error);
    if (!(refused instanceof Refused)) return expect.fail();
    expect(refused.body.data).to.deep.include({ code: 'RATE_LIMITED', retryAfterMs: 200 });
    door.clock.advance(199);
    expect(await refusalOf(ann.ask())).to.equal('RATE_LIMITED');
    door.clock.advance(1);
    const { session } = ann;
    expect(await ann.ask()).to.include({ session });
  });

  it('has a snapshot four times at once, whether it asks for one or names what is not kept', async () => {
    for (const lastSeq of [null, 7, null, 8]) {
      ann.lastSeq = lastSeq;
      expect(await back(ann)).to.equal(true);
      expect(ann.snapshots).to.be.above(1);
    }
    ann.lastSeq = null;
    expect(await back(ann)).to.equal(false);
    door.clock.advance(4999);
    expect(await refusalOf(ann.ask())).to.equal('RATE_LIMITED');
    door.clock.advance(1);
    expect(await refusalOf(ann.ask())).to.equal(undefined);
  });

  it('does not keep others out', async () => {
    const bob = await ReturningClient.enter(door, 'Bob');
    await returns();
    expect(await back(bob)).to.equal(true);
  });

  it('gets no fresh budget from being taken over, which costs most of it', async () => {
    for (let count = 0; count < 3; count += 1) expect(await takeOver()).to.equal(true);
    expect(await returns()).to.equal(BURST - 3 * 25);
  });

  it('pays for each channel that another instance takes along', async () => {
    const { channels } = door.server.organization();
    for (let count = 0; count < 15; count += 1) {
      const { id: channel } = await channels.create({ name: `Channel ${count}` });
      await ann.peer.request('channel.join', { channel });
    }
    expect(await takeOver()).to.equal(true);
    expect(await takeOver()).to.equal(true);
    expect(await takeOver()).to.equal(false);
    door.clock.advance(4000);
    expect(await refusalOf(ann.ask())).to.equal(undefined);
    expect(door.server.organization().participants.list()).to.have.lengthOf(1);
  });
});
