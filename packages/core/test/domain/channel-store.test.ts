import { randomUUID } from 'node:crypto';
import { VoiceError } from '@sidetone/protocol';
import { expect } from 'chai';
import {
  ChannelStore,
  MemoryChannelStore,
  MemoryOrganizationStore,
  OrganizationStore,
  type Plugin,
} from '../../src/index.js';
import { everythingAllowed } from './everything-allowed.js';
import { openDoor, type OpenDoor } from './open-door.js';
import { Refused } from './test-peer.js';

/** Channels in memory that can fail, before or after the write. */
class FlakyChannelStore extends MemoryChannelStore {
  /** How the next write fails. */
  failure: { readonly code: string; readonly written: boolean } | null = null;
  readonly deleted: string[] = [];

  override async put(...given: Parameters<ChannelStore['put']>): Promise<number> {
    const version = this.failure?.written === false ? 0 : await super.put(...given);
    this.#fail();
    return version;
  }

  override async deleteSubtree(organizationId: string, channelId: string): Promise<void> {
    if (this.failure?.written !== false) await super.deleteSubtree(organizationId, channelId);
    this.#fail();
    this.deleted.push(channelId);
  }

  #fail(): void {
    const { failure } = this;
    this.failure = null;
    if (failure) throw new VoiceError(failure.code, 'the store failed');
  }
}

async function refusal(promise: Promise<unknown>): Promise<Refused> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof Refused ? error : expect.fail(`no refusal but ${String(error)}`);
}

describe('Channels and their store', () => {
  let door: OpenDoor;
  let store: FlakyChannelStore;

  beforeEach(async () => {
    store = new FlakyChannelStore();
    const plugin: Plugin = {
      name: 'flaky',
      version: '1.0.0',
      provides: [ChannelStore],
      setup: (ctx) => ctx.provide(ChannelStore, () => store),
    };
    door = await openDoor([plugin, everythingAllowed]);
  });

  afterEach(() => door.server.stop());

  const kept = async (
    name: string,
  ): Promise<Awaited<ReturnType<FlakyChannelStore['load']>>[number]> => {
    const all = await store.load(door.server.organization().id);
    return all.find((each) => each.name === name) ?? expect.fail(`"${name}" is not kept`);
  };
  const audited = async (): Promise<readonly (string | undefined)[]> =>
    (await door.server.organization().audit(10)).map(({ outcome, code }) => code ?? outcome);

  it('count versions, of one channel for itself', async () => {
    const { channels } = door.server.organization();
    const { id } = await channels.create({ name: 'Flight' });
    await channels.update(id, { topic: 'wings' });
    await channels.move(id, { parent: null, position: 9 });
    expect(await kept('Flight')).to.include({ version: 3, topic: 'wings', position: 9 });
    expect(await kept('Lobby')).to.include({ version: 1 });
  });

  it('answer that the store is away with the wait, and are asked again with success', async () => {
    const ann = await door.enter('Ann');
    const request = { parent: null, name: 'Flight', key: randomUUID() };
    store.failure = { code: 'ERR_STORE_UNAVAILABLE', written: false };
    const { body } = await refusal(ann.request('channel.create', request));
    expect(body.data).to.include({ code: 'UNAVAILABLE', retryable: true, retryAfterMs: 1000 });
    const { channel } = await ann.request('channel.create', request);
    expect((await kept('Flight')).id).to.equal(channel.id);
    // Whether the first one was made nobody could tell.
    expect(await audited()).to.deep.equal(['committed', 'committed']);
  });

  it('are made once where the store has kept what it could not acknowledge', async () => {
    const ann = await door.enter('Ann');
    const request = { parent: null, name: 'Flight', key: randomUUID() };
    store.failure = { code: 'ERR_STORE_UNAVAILABLE', written: true };
    expect((await refusal(ann.request('channel.create', request))).code).to.equal('UNAVAILABLE');
    // It takes the position that Flight would have now.
    await door.server.organization().channels.create({ name: 'Ground' });
    const { channel } = await ann.request('channel.create', request);
    const { id, position } = await kept('Flight');
    expect(channel).to.include({ id, position });
    await ann.request('channel.update', { channel: id, topic: 'wings' });
    expect(await kept('Flight')).to.include({ topic: 'wings', version: 2 });
  });

  it('are made once where their request comes again when its answer is forgotten', async () => {
    const ann = await door.enter('Ann');
    const request = { parent: null, name: 'Flight', key: randomUUID() };
    const first = await ann.request('channel.create', request);
    await door.clock.advanceAsync(301_000);
    expect(await ann.request('channel.create', request)).to.deep.equal(first);
    expect(await kept('Flight')).to.include({ version: 1 });
  });

  it('are changed once where the store has kept what it could not acknowledge', async () => {
    const { channels } = door.server.organization();
    const { id } = await channels.create({ name: 'Flight' });
    store.failure = { code: 'ERR_STORE_UNAVAILABLE', written: true };
    const failed = channels.update(id, { topic: 'wings' }).catch((error: VoiceError) => error.code);
    expect(await failed).to.equal('UNAVAILABLE');
    expect(await channels.update(id, { topic: 'wings' })).to.include({ topic: 'wings' });
    expect(await kept('Flight')).to.include({ version: 2 });
  });

  it('take over what somebody else has written, tell all, and refuse the change', async () => {
    const ann = await door.enter('Ann');
    const { channels } = door.server.organization();
    const { id: channel } = await channels.create({ name: 'Flight' });
    await store.put({ ...(await kept('Flight')), topic: 'theirs' });
    const change = { channel, topic: 'mine' };
    expect((await refusal(ann.request('channel.update', change))).code).to.equal(
      'VERSION_CONFLICT',
    );
    expect(ann.events.at(-1)?.method).to.equal('channelUpdated');
    expect(ann.events.at(-1)?.params['channel']).to.include({ topic: 'theirs' });
    expect(await audited()).to.include('VERSION_CONFLICT');
    expect(await ann.request('channel.update', change)).to.have.nested.property(
      'channel.topic',
      'mine',
    );
    expect(await kept('Flight')).to.include({ topic: 'mine', version: 3 });
  });

  it('go with all below them where somebody else has deleted them', async () => {
    const ann = await door.enter('Ann');
    const { channels } = door.server.organization();
    const { id: channel } = await channels.create({ name: 'Flight' });
    const below = await channels.create({ name: 'Wing', parent: channel });
    await ann.request('channel.join', { channel: below.id });
    await store.deleteSubtree(door.server.organization().id, channel);
    const { code } = await refusal(ann.request('channel.update', { channel, topic: 'mine' }));
    expect(code).to.equal('VERSION_CONFLICT');
    expect(ann.events.slice(-3).map(({ method }) => method)).to.deep.equal([
      'membershipChanged',
      'channelDeleted',
      'channelDeleted',
    ]);
    expect(channels.list().map(({ name }) => name)).to.deep.equal(['Lobby']);
  });

  it('say so where the store finds a record taken or missing', async () => {
    const ann = await door.enter('Ann');
    for (const [code, wire] of [
      ['ERR_STORE_CONFLICT', 'ALREADY_EXISTS'],
      ['ERR_STORE_REFERENCE', 'NOT_FOUND'],
    ] as const) {
      store.failure = { code, written: false };
      const attempt = ann.request('channel.create', { parent: null, name: 'Flight' });
      expect((await refusal(attempt)).code).to.equal(wire);
    }
    expect(await audited()).to.deep.equal(['NOT_FOUND', 'ALREADY_EXISTS', 'committed']);
  });

  it('are deleted in the store as one, and stay all where it refuses', async () => {
    const { channels } = door.server.organization();
    const top = await channels.create({ name: 'Operations' });
    const below = await channels.create({ name: 'Flight', parent: top.id });
    await channels.create({ name: 'Talk', parent: below.id, temporary: true });
    store.failure = { code: 'ERR_STORE_UNAVAILABLE', written: false };
    expect(await channels.delete(top.id).catch((error: VoiceError) => error.code)).to.equal(
      'UNAVAILABLE',
    );
    expect(channels.list()).to.have.lengthOf(4);
    await channels.delete(top.id);
    expect(store.deleted).to.deep.equal([top.id]);
    expect(channels.list().map(({ name }) => name)).to.deep.equal(['Lobby']);
  });

  it('are not looked for in the store while they are temporary', async () => {
    const { channels } = door.server.organization();
    const { id } = await channels.create({ name: 'Talk', temporary: true });
    store.failure = { code: 'ERR_STORE_UNAVAILABLE', written: false };
    await channels.update(id, { topic: 'ours' });
    await channels.delete(id);
    expect(store.deleted).to.deep.equal([]);
    expect(store.failure).to.include({ written: false });
  });
});

describe('The channel limit of an organization', () => {
  it('holds for permanent and temporary channels alike', async () => {
    const organizations = new MemoryOrganizationStore();
    await organizations.put({
      id: randomUUID(),
      name: 'Ｍain',
      admission: 'open',
      participantLimit: null,
      channelLimit: 2,
      version: 0,
    });
    const plugin: Plugin = {
      name: 'organizations',
      version: '1.0.0',
      provides: [OrganizationStore],
      setup: (ctx) => ctx.provide(OrganizationStore, () => organizations),
    };
    const door = await openDoor([plugin]);
    const { channels } = door.server.organization('Main');
    const { id } = await channels.create({ name: 'Flight' });
    for (const temporary of [true, false]) {
      const refused = await channels
        .create({ name: 'Ground', temporary })
        .catch((error: VoiceError) => error);
      expect(refused).to.include({ code: 'LIMIT_EXCEEDED' });
      expect(refused).to.have.nested.property('details.channels', 2);
    }
    await channels.delete(id);
    await channels.create({ name: 'Ground' });
    await door.server.stop();
  });
});
