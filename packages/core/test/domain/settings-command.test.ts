import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { enterAs, knownPeople } from './known-people.js';
import { openDoor, type OpenDoor } from './open-door.js';
import { refusalOf } from './test-peer.js';

describe('The settings of a user', () => {
  let door: OpenDoor;
  let userId: string;

  beforeEach(async () => {
    door = await openDoor([knownPeople()], { limits: { commandBurst: 100 } });
    userId = (await door.server.users.create({ name: 'ann' })).id;
  });

  afterEach(() => door.server.stop());

  it('are one document for all of their clients, in every organization', async () => {
    await door.server.organizations.create({ name: 'Other', admission: 'open' });
    const desk = await enterAs(door, { userId });
    const phone = await enterAs(door, { userId }, 'Other');
    expect(await desk.request('settings.get', {})).to.deep.equal({ document: {}, version: 0 });
    const document = { nets: { flight: { gain: -6, pan: 0.5 } }, keys: ['F1', null], später: '🎧' };
    const { version } = await desk.request('settings.put', { document, version: 0 });
    expect(await phone.request('settings.get', {})).to.deep.equal({ document, version });
    expect(phone.events).to.deep.equal([]);
  });

  it('are not overwritten by who has read an older document', async () => {
    const [desk, phone] = [await enterAs(door, { userId }), await enterAs(door, { userId })];
    const { version } = await desk.request('settings.put', { document: { a: 1 }, version: 0 });
    const stale = phone.request('settings.put', { document: { a: 2 }, version: 0 });
    expect(await refusalOf(stale)).to.equal('VERSION_CONFLICT');
    await phone.request('settings.put', { document: { a: 2 }, version });
    expect((await desk.request('settings.get', {})).document).to.deep.equal({ a: 2 });
  });

  it('have a limit, counted as the server keeps them', async () => {
    const desk = await enterAs(door, { userId });
    // Short in the message, long as JSON text is written.
    const numbers = `[${new Array(4000).fill('1e20').join(',')}]`;
    const refused = new Promise<string>((resolve) => {
      const send = desk.send.bind(desk);
      desk.send = (message) => {
        if (message.includes('"id":999')) resolve(message);
        else send(message);
      };
      desk.receive(
        `{"jsonrpc":"2.0","id":999,"method":"settings.put","params":{"document":{"n":${numbers}},"version":0}}`,
      );
    });
    expect(JSON.parse(await refused)).to.have.nested.property('error.data.code', 'LIMIT_EXCEEDED');
    expect((await desk.request('settings.get', {})).version).to.equal(0);
  });

  it('are for users with an account', async () => {
    const guest = await enterAs(door, { userId: randomUUID(), guest: true });
    const stranger = await enterAs(door, { userId: randomUUID() });
    expect(await refusalOf(guest.request('settings.get', {}))).to.equal('ACCESS_DENIED');
    for (const peer of [guest, stranger]) {
      const put = peer.request('settings.put', { document: {}, version: 0 });
      expect(await refusalOf(put)).to.equal('ACCESS_DENIED');
    }
  });

  it('are a document and not a list, and carry a version', async () => {
    const desk = await enterAs(door, { userId });
    const shapes = [{ document: [], version: 0 }, { document: 'x', version: 0 }, { document: {} }];
    for (const shape of shapes) {
      expect(await refusalOf(desk.ask('settings.put', shape))).to.equal('INVALID_PARAMS');
    }
    const document = JSON.parse('{"__proto__":{"a":1},"constructor":2}') as Record<string, unknown>;
    await desk.request('settings.put', { document, version: 0 });
    expect(JSON.stringify((await desk.request('settings.get', {})).document)).to.equal(
      '{"__proto__":{"a":1},"constructor":2}',
    );
  });
});

describe('The list of organizations', () => {
  let door: OpenDoor;

  beforeEach(async () => {
    door = await openDoor([knownPeople()]);
    const { organizations } = door.server;
    await organizations.create({ name: 'Zulu', admission: 'open' });
    await organizations.create({ name: 'Closed' });
    await organizations.create({ name: 'Secret' });
  });

  afterEach(() => door.server.stop());

  const seenBy = async (who: Parameters<typeof enterAs>[1], address?: string) => {
    const peer = await enterAs(door, who, undefined, address);
    const { organizations } = await peer.request('organization.list', {});
    return organizations.map(({ name }) => name);
  };

  it('has those that the user may enter, by name', async () => {
    const { id } = await door.server.users.create({ name: 'ann' });
    await door.server.organization('Closed').members.put(id);
    expect(await seenBy({ userId: id })).to.deep.equal(['Closed', 'Main', 'Zulu']);
    expect(await seenBy({ userId: randomUUID(), guest: true })).to.deep.equal(['Main', 'Zulu']);
    expect(await seenBy({ userId: randomUUID(), administrator: true })).to.deep.equal([
      ...['Closed', 'Main', 'Secret', 'Zulu'],
    ]);
    expect(await seenBy({ userId: id, organization: 'Closed' })).to.deep.equal(['Closed']);
  });

  it('leaves out those from which the user or their network is banned', async () => {
    const userId = randomUUID();
    await door.server.organization('Zulu').bans.add({ userId });
    expect(await seenBy({ userId })).to.deep.equal(['Main']);
    await door.server.organization('Zulu').bans.add({ network: '203.0.113.0/24' });
    expect(await seenBy({ userId: randomUUID() }, '203.0.113.5')).to.deep.equal(['Main']);
  });
});
