import { randomUUID } from 'node:crypto';
import type { VoiceOffer } from '@sidetone/protocol';
import { expect } from 'chai';
import {
  VoiceIngress,
  VoiceTransport,
  type Plugin,
  type PluginContext,
  type VoiceSession,
} from '../../src/index.js';
import { RING_EVENTS } from '../../src/control/event-ring.js';
import { openDoor, settle, type OpenDoor } from './open-door.js';
import { ReturningClient } from './returning-client.js';
import { refusalOf } from './test-peer.js';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('A session that is resumed', () => {
  let door: OpenDoor;

  beforeEach(async () => {
    door = await openDoor();
  });

  afterEach(() => door.server.stop());

  const lobby = (): string => door.server.organization().channels.find('Lobby')?.id ?? '';

  /** Makes as many state events as it is asked for. */
  const happen = async (count: number): Promise<void> => {
    const { channels } = door.server.organization();
    for (let n = 0; n < count; n += 1) await channels.update(lobby(), { topic: `${n}` });
  };

  it('goes on where it was: same id and keys, and each event of the gap once', async () => {
    const ann = await ReturningClient.enter(door, 'Ann');
    const { keys } = await ann.peer.request('channel.join', { channel: lobby() });
    expect(ann.lastSeq).to.equal(1);
    ann.cut();
    await happen(3);
    const id = ann.session;
    const resumed = await ann.resume();
    expect(resumed).to.include({ session: id, resync: false, seq: 4 });
    expect(resumed.keys).to.deep.equal(keys);
    await happen(1);
    expect(ann.applied).to.deep.equal(numbers(5));
    expect(ann.peer.events.map(({ method }) => method)).to.deep.equal(
      Array.from({ length: 4 }, () => 'channelUpdated'),
    );
    expect(await refusalOf(ann.confirm())).to.equal(undefined);
  });

  it('is away for others in between, also in a snapshot, and says nothing of it to itself', async () => {
    const ann = await ReturningClient.enter(door, 'Ann');
    const bob = await door.enter('Bob');
    ann.cut();
    const late = await door.enter('Late');
    const [part] = late.heard('snapshotPart') as unknown as {
      participants: { session: string; away: boolean }[];
    }[];
    const shown = part?.participants.map(({ session, away }) => [session, away]);
    expect(shown).to.deep.equal([
      [ann.session, true],
      [bob.session, false],
      [late.session, false],
    ]);
    await ann.resume();
    const away = bob.events.filter(({ method }) => method === 'participantAway');
    expect(away.map(({ params }) => [params['session'], params['away']])).to.deep.equal([
      [ann.session, true],
      [ann.session, false],
    ]);
    expect(ann.peer.heard('participantAway')).to.deep.equal([]);
  });

  it('reads of itself that it is here, though it was away when it was changed', async () => {
    const ann = await ReturningClient.enter(door, 'Ann');
    const bob = await door.enter('Bob');
    void ann.peer.request('session.setState', { muted: true });
    ann.cut();
    await settle();
    await ann.resume();
    const shown = (events: readonly Record<string, unknown>[]): unknown[] =>
      events.map(({ participant }) => {
        const { muted, away } = participant as { muted: boolean; away: boolean };
        return { muted, away };
      });
    expect(shown(ann.peer.heard('participantUpdated'))).to.deep.equal([
      { muted: true, away: false },
    ]);
    expect(shown(bob.heard('participantUpdated'))).to.deep.equal([{ muted: true, away: true }]);
  });

  it('is told to observers when it is cut off and when it is back', async () => {
    const facts: unknown[] = [];
    door.server.on('sessionDetached', (fact) => facts.push(['detached', fact.sessionId]));
    door.server.on('sessionResumed', (fact) => facts.push(['resumed', fact.sessionId]));
    const ann = await ReturningClient.enter(door, 'Ann');
    ann.cut();
    await ann.resume();
    // Displaced: it was never away.
    await ann.resume();
    await settle();
    expect(facts).to.deep.equal([
      ['detached', ann.session],
      ['resumed', ann.session],
    ]);
  });

  it('gets a snapshot where the ring no longer has all that it missed', async () => {
    const bob = await door.enter('Bob');
    const { participants } = door.server.organization();
    await bob.request('channel.join', { channel: lobby() });
    const ann = await ReturningClient.enter(door, 'Ann');
    // Short ones: the ring is bounded by their length as well.
    const happen = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n += 1) await participants.mute(bob.session, lobby(), n % 2 === 0);
    };
    ann.cut();
    await happen(RING_EVENTS);
    expect(await ann.resume()).to.include({ resync: false, seq: RING_EVENTS });
    expect(ann.applied).to.deep.equal(numbers(RING_EVENTS));
    ann.cut();
    await happen(RING_EVENTS + 1);
    expect(await ann.resume()).to.include({ resync: true, seq: 2 * RING_EVENTS + 1 });
    expect(ann.snapshots).to.equal(2);
    await happen(1);
    expect(ann.applied).to.deep.equal([2 * RING_EVENTS + 2]);
  });

  it('gets a snapshot when it claims an event that never was', async () => {
    const ann = await ReturningClient.enter(door, 'Ann');
    ann.cut();
    ann.lastSeq = 1;
    expect(await ann.resume()).to.include({ resync: true, seq: 0 });
  });

  it('gets its snapshot again when it had not read it to the end', async () => {
    await door.server.stop();
    const names = Array.from({ length: 200 }, (_, index) => `Net ${index} ${'x'.repeat(60)}`);
    door = await openDoor([], { initialChannels: ['Lobby', ...names] });
    const ann = await ReturningClient.enter(door, 'Ann', undefined, (peer) => {
      peer.queuedBytes = 65_537;
    });
    expect([ann.snapshots, ann.lastSeq]).to.deep.equal([0, null]);
    await happen(2);
    ann.cut();
    await happen(1);
    expect(await ann.resume()).to.include({ resync: true, seq: 3 });
    expect(ann.snapshots).to.equal(1);
    await happen(1);
    expect(ann.applied).to.deep.equal([4]);
  });

  it('reads the replay at its own pace: answer, replay, then what happens, in order', async () => {
    const ann = await ReturningClient.enter(door, 'Ann');
    ann.cut();
    await happen(5);
    const heard: string[] = [];
    await ann.resume((peer) => {
      const send = peer.send.bind(peer);
      peer.send = (message) => {
        const { method, result } = JSON.parse(message) as { method?: string; result?: object };
        if (method !== 'hello')
          heard.push(
            method ??
              Object.keys(result ?? {})
                .join()
                .slice(0, 7),
          );
        peer.queuedBytes = 65_537;
        send(message);
      };
    });
    expect(heard).to.deep.equal(['session']);
    await happen(1);
    const asked = ann.confirm();
    await settle();
    expect(heard).to.have.lengthOf(1);
    for (let drains = 0; drains < 8; drains += 1) ann.peer.drain();
    await asked;
    expect(heard.slice(1)).to.deep.equal([
      ...Array.from({ length: 6 }, () => 'channelUpdated'),
      '',
    ]);
    expect(ann.applied).to.deep.equal(numbers(6));
  });

  it('does what it was asked before the cut, and replays it; a repeat is answered behind it', async () => {
    const ann = await ReturningClient.enter(door, 'Ann');
    const key = randomUUID();
    const join = { channel: lobby(), key };
    void ann.peer.request('channel.join', join);
    ann.cut();
    await settle();
    const { participants } = door.server.organization();
    expect(participants.get(ann.session)?.memberships.size).to.equal(1);
    await ann.resume();
    expect(ann.applied).to.deep.equal([1]);
    const { keys } = await ann.peer.request('channel.join', join);
    expect(keys).to.have.lengthOf(1);
    expect(ann.applied).to.deep.equal([1]);
  });

  it('shows a member its own choices in a snapshot, and others not', async () => {
    const ann = await ReturningClient.enter(door, 'Ann');
    const bob = await ReturningClient.enter(door, 'Bob');
    const channel = lobby();
    await ann.peer.request('channel.join', { channel });
    await ann.peer.request('channel.setMembership', { channel, selected: true });
    const memberships = async (client: ReturningClient): Promise<unknown> => {
      client.cut();
      client.lastSeq = null;
      await client.resume();
      return client.peer.heard('snapshotPart')[0]?.['memberships'];
    };
    expect(await memberships(ann)).to.have.nested.property('[0].membership.selected', true);
    expect(await memberships(bob)).to.not.have.nested.property('[0].membership.selected');
  });

  it('does not hold a rotation up while it is away, and gets the new key when it is back', async () => {
    const ann = await ReturningClient.enter(door, 'Ann');
    const bob = await door.enter('Bob');
    const cee = await door.enter('Cee');
    const channel = lobby();
    for (const { peer } of [ann, { peer: bob }, { peer: cee }]) {
      await peer.request('channel.join', { channel });
    }
    ann.peer.acknowledging = false;
    await cee.request('channel.leave', { channel });
    await door.clock.advanceAsync(200);
    expect(ann.peer.installed).to.have.lengthOf(1);
    expect(bob.heard('keys.activate'), 'it waits for her').to.have.lengthOf(0);
    ann.cut();
    await settle();
    expect(bob.heard('keys.activate'), 'and no longer').to.have.lengthOf(1);
    const { keys } = await ann.resume();
    expect(keys.map(({ epoch, active }) => [epoch, active])).to.deep.equal([[1, true]]);
    await cee.request('channel.join', { channel });
    ann.cut();
    await cee.request('channel.leave', { channel });
    await door.clock.advanceAsync(250);
    expect(bob.heard('keys.activate'), 'nobody asks who is away').to.have.lengthOf(2);
  });

  describe('with voice over UDP', () => {
    const offers: VoiceOffer[] = [];
    let ingress: VoiceIngress;
    let udp: VoiceTransport;

    const voice: Plugin = {
      name: 'voice',
      version: '1.0.0',
      provides: [VoiceTransport],
      setup(ctx: PluginContext) {
        udp = {
          name: 'udp',
          frames: 'sealed',
          offer: ({ handle }: VoiceSession) => {
            const key = 'A'.repeat(43);
            const offer = {
              transport: 'udp',
              host: null,
              port: 1,
              connectionId: 1000 + handle + offers.length,
              uplinkKey: key,
              downlinkKey: key,
            } as const;
            offers.push(offer);
            return offer;
          },
          detach: () => undefined,
          sendMany: () => undefined,
        };
        ctx.provide(VoiceTransport, () => udp);
        ctx.onReady(() => {
          ingress = ctx.get(VoiceIngress);
        });
      },
    };

    beforeEach(async () => {
      await door.server.stop();
      offers.length = 0;
      door = await openDoor([voice]);
    });

    it('keeps its offers, and is told again where its voice goes', async () => {
      const ann = await ReturningClient.enter(door, 'Ann');
      const welcome = [...offers];
      const voiceSession = ann.peer.voiceSession ?? expect.fail('the peer carries no session');
      ann.cut();
      ingress.pathReady(voiceSession, udp);
      const resumed = await ann.resume();
      expect(resumed.voice).to.deep.equal(welcome);
      expect(offers).to.have.lengthOf(1);
      expect(ann.peer.voiceSession).to.include({ id: ann.session, handle: voiceSession.handle });
      expect(ann.peer.heard('voicePathChanged')).to.deep.equal([{ downlink: 'udp' }]);
    });

    it('has new ones in another instance', async () => {
      const ann = await ReturningClient.enter(door, 'Ann');
      const other = ReturningClient.thief(door, ann.token);
      const resumed = await other.resume();
      expect(resumed.voice).to.deep.equal(offers.slice(1));
      expect(other.peer.voiceSession?.id).to.equal(other.session);
    });
  });
});
