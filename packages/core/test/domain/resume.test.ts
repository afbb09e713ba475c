import { expect } from 'chai';
import { openDoor, settle, type OpenDoor } from './open-door.js';
import { ReturningClient } from './returning-client.js';
import { refusalOf } from './test-peer.js';

describe('A session that is resumed', () => {
  let door: OpenDoor;

  beforeEach(async () => {
    door = await openDoor();
  });

  afterEach(() => door.server.stop());

  const lobby = (): string => door.server.organization().channels.find('Lobby')?.id ?? '';

  it('goes on where it was: same id and offers, and each event of the gap once', async () => {
    const ann = await ReturningClient.enter(door, 'Ann');
    await ann.peer.request('channel.join', { channel: lobby() });
    const before = ann.lastSeq;
    ann.cut();
    const { channels } = door.server.organization();
    for (const name of ['One', 'Two', 'Three']) await channels.create({ name });
    const id = ann.session;
    const resumed = await ann.resume();
    expect(resumed).to.include({ session: id, resync: false, seq: 4 });
    expect(resumed.keys).to.have.lengthOf(1);
    expect(before).to.equal(1);
    await channels.create({ name: 'Four' });
    expect(ann.applied).to.deep.equal([1, 2, 3, 4, 5]);
    expect(ann.peer.events.map(({ method }) => method)).to.deep.equal(
      Array.from({ length: 4 }, () => 'channelCreated'),
    );
    expect(await refusalOf(ann.confirm())).to.equal(undefined);
  });

  it('is away for others in between, and says nothing of it to itself', async () => {
    const ann = await ReturningClient.enter(door, 'Ann');
    const bob = await door.enter('Bob');
    ann.cut();
    expect(door.server.organization().participants.get(ann.session)).to.have.property('away', true);
    await ann.resume();
    await settle();
    const away = bob.events.filter(({ method }) => method === 'participantAway');
    expect(away.map(({ params }) => [params['session'], params['away']])).to.deep.equal([
      [ann.session, true],
      [ann.session, false],
    ]);
    expect(ann.applied).to.deep.equal([1]);
  });
});
