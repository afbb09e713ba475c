import { expect } from 'chai';
import {
  buildKid,
  createNodeCipher,
  encodeBase64,
  parseSframeHeader,
  uuidBytes,
  type RouteKeys,
  type RouteView,
  type SourceView,
} from '@sidetone/protocol';
import { createFakeClock, type FakeClock } from '@sidetone/testkit';
import { KeyFetcher } from '../../src/key/key-fetcher.js';
import { KeyRing, OLD_EPOCH_MS } from '../../src/key/key-ring.js';

const cipher = createNodeCipher();
const CHANNEL = '00000000-0000-4000-8000-0000000000cc';
const route: RouteView = {
  id: '00000000-0000-4000-8000-000000000001',
  handle: 11,
  kind: 'channel',
  channel: CHANNEL,
};
const sourceNumber = (n: number): SourceView => ({
  id: `00000000-0000-4000-8000-0000000000a${n}`,
  handle: 20 + n,
  session: '00000000-0000-4000-8000-0000000000ff',
  kind: 'microphone',
});
const secretOf = (epoch: number): Uint8Array => new Uint8Array(32).fill(epoch + 1);
const keysOf = (epoch: number, active: boolean, more: Partial<RouteKeys> = {}): RouteKeys => ({
  route,
  scheme: 'server',
  epoch,
  active,
  secret: encodeBase64(secretOf(epoch)),
  senders: [[0, sourceNumber(0)]],
  ...more,
});
const METADATA = new Uint8Array(8);

interface Ringed {
  readonly ring: KeyRing;
  readonly clock: FakeClock;
  readonly missing: string[];
  readonly changed: number[];
}

function keyRing(): Ringed {
  const clock = createFakeClock();
  const missing: string[] = [];
  const changed: number[] = [];
  const ring = new KeyRing(cipher, clock, {
    changed: (handle) => void changed.push(handle),
    missing: (id) => void missing.push(id),
  });
  return { ring, clock, missing, changed };
}

function sealed(epoch: number, ctr: number, senderIndex = 0): Uint8Array {
  const base = cipher.deriveSenderBaseKey(secretOf(epoch), uuidBytes(route.id), epoch, senderIndex);
  return cipher.sealer(base, buildKid(senderIndex, epoch)).seal(ctr, METADATA, Uint8Array.of(1, 2));
}

async function opens(ring: KeyRing, epoch: number, senderIndex = 0): Promise<boolean> {
  const key = ring.byHandle(route.handle)?.resolve(buildKid(senderIndex, epoch));
  if (!key?.ok) return false;
  const opener = await key.slot.opener;
  return (await opener.open(sealed(epoch, 0, senderIndex), METADATA)) !== null;
}

/** Seals one frame as the source and tells the key id and counter that it carries. */
async function sealAs(ring: KeyRing, source: SourceView): Promise<[number, number] | null> {
  const slot = ring.byId(route.id)?.senderSlot(source.id);
  if (!slot) return null;
  const header = parseSframeHeader(await slot.seal(METADATA, Uint8Array.of(0, 0)), 0);
  return header.ok ? [header.kid, header.ctr] : null;
}

describe('The key ring', () => {
  it('opens with every epoch it holds and seals with the active one', async () => {
    const { ring } = keyRing();
    ring.install(keysOf(3, true));
    ring.install(keysOf(4, false));
    expect(await opens(ring, 3)).to.equal(true);
    expect(await opens(ring, 4)).to.equal(true);
    expect(ring.byId(route.id)?.activeEpoch).to.equal(3);
    ring.activate({ route: route.id, epoch: 4 });
    expect(ring.byId(route.id)?.activeEpoch).to.equal(4);
  });

  it('keeps a replaced epoch for 2 s and not longer', async () => {
    const { ring, clock } = keyRing();
    ring.install(keysOf(0, true));
    ring.install(keysOf(1, false));
    ring.activate({ route: route.id, epoch: 1 });
    clock.advance(1_999);
    expect(await opens(ring, 0)).to.equal(true);
    clock.advance(1);
    expect(await opens(ring, 0)).to.equal(false);
    expect(await opens(ring, 1)).to.equal(true);
  });

  it('asks for an epoch that becomes active without being held, and never goes back to an older one', () => {
    const { ring, missing } = keyRing();
    ring.install(keysOf(5, true));
    ring.activate({ route: route.id, epoch: 6 });
    expect(missing).to.deep.equal([route.id]);
    ring.install(keysOf(6, true));
    ring.activate({ route: route.id, epoch: 5 });
    ring.install(keysOf(5, true));
    expect(ring.byId(route.id)?.activeEpoch).to.equal(6);
    expect(missing).to.have.length(1);
  });

  it('tells the two epochs apart that look alike in a KID by taking the newer', async () => {
    const { ring } = keyRing();
    ring.install(keysOf(2, true));
    for (let epoch = 3; epoch <= 18; epoch++) ring.install(keysOf(epoch, false));
    expect(await opens(ring, 18)).to.equal(true);
    expect(await opens(ring, 2)).to.equal(false);
  });

  it('counts on after leaving and coming back within the epoch', async () => {
    const { ring } = keyRing();
    ring.install(keysOf(0, true));
    expect(await sealAs(ring, sourceNumber(0))).to.deep.equal([0, 0]);
    ring.forgetUnless(({ channel }) => channel !== CHANNEL);
    expect(await opens(ring, 0)).to.equal(false);
    expect(ring.byId(route.id)).to.equal(undefined);
    ring.install(keysOf(0, true));
    expect(await sealAs(ring, sourceNumber(0))).to.deep.equal([0, 1]);
  });

  it('forgets the routes that are not among those retained, but not how far their counters are', async () => {
    for (const kind of ['channel', 'whisper'] as const) {
      const { ring } = keyRing();
      const keys = keysOf(0, true, { route: { ...route, kind } });
      ring.install(keys);
      expect(await sealAs(ring, sourceNumber(0))).to.deep.equal([0, 0]);
      ring.retain(new Set([route.id]));
      expect(await opens(ring, 0)).to.equal(true);
      ring.retain(new Set());
      expect(await opens(ring, 0)).to.equal(false);
      ring.install(keys);
      expect(await sealAs(ring, sourceNumber(0)), kind).to.deep.equal([0, 1]);
    }
  });

  it('never seals with an epoch older than one it has sealed with', async () => {
    const { ring } = keyRing();
    ring.install(keysOf(1, true));
    await sealAs(ring, sourceNumber(0));
    ring.forgetUnless(({ channel }) => channel !== CHANNEL);
    ring.install(keysOf(0, true));
    expect(ring.byId(route.id)?.senderSlot(sourceNumber(0).id)).to.equal(null);
  });

  it('seals with a send key alone, and opens nothing with it', async () => {
    const { ring } = keyRing();
    const base = cipher.deriveSenderBaseKey(secretOf(0), uuidBytes(route.id), 0, 0);
    const keys = keysOf(0, true, { sendKey: [[0, encodeBase64(base)]] });
    delete keys.secret;
    ring.install(keys);
    const slot = ring.byId(route.id)?.senderSlot(sourceNumber(0).id);
    const bytes = await slot?.seal(METADATA, Uint8Array.of(7));
    const opener = cipher.opener(base, buildKid(0, 0));
    expect(bytes && opener.open(bytes, METADATA)).to.deep.equal(Buffer.from([7]));
    const key = ring.byHandle(route.handle)?.resolve(buildKid(0, 0));
    expect(key).to.deep.equal({ ok: false, reason: 'noSecret' });
  });

  it('knows no sender that was not announced, takes announcements, and uses the newest index of its own', async () => {
    const { ring, changed } = keyRing();
    ring.install(keysOf(0, true));
    const resolve = (): unknown => ring.byHandle(route.handle)?.resolve(buildKid(4, 0));
    expect(resolve()).to.deep.equal({ ok: false, reason: 'unknownSender' });
    ring.addSenders({ route, senders: [[4, sourceNumber(0)]] });
    expect(resolve()).to.deep.include({ ok: true, source: sourceNumber(0) });
    expect(changed).to.deep.equal([route.handle, route.handle]);
    expect(await sealAs(ring, sourceNumber(0))).to.deep.equal([buildKid(4, 0), 0]);
  });

  it('opens after a rotation who was named before it, though no message names them again', async () => {
    const { ring, clock } = keyRing();
    ring.install(keysOf(0, true));
    ring.addSenders({ route, senders: [[1, sourceNumber(1)]] });
    ring.install(keysOf(1, false, { senders: [] }));
    ring.activate({ route: route.id, epoch: 1 });
    clock.advance(OLD_EPOCH_MS);
    expect([await opens(ring, 1, 0), await opens(ring, 1, 1)]).to.deep.equal([true, true]);
    expect(await opens(ring, 1, 2)).to.equal(false);
  });

  it('knows the last few indices of a source that registers again and again, and counts on with its present one', async () => {
    const { ring } = keyRing();
    ring.install(keysOf(0, true, { senders: [] }));
    for (let index = 0; index < 100; index++) {
      ring.addSenders({ route, senders: [[index, sourceNumber(0)]] });
      await opens(ring, 0, index);
    }
    const known = Array.from({ length: 100 }, (_, index) => index).filter(
      (index) => ring.byHandle(route.handle)?.resolve(buildKid(index, 0)).ok,
    );
    expect(known).to.deep.equal([96, 97, 98, 99]);
    expect(await sealAs(ring, sourceNumber(0))).to.deep.equal([buildKid(99, 0), 0]);
    expect(await sealAs(ring, sourceNumber(0))).to.deep.equal([buildKid(99, 0), 1]);
  });

  it('keeps the sources of a session that has left for frames under way, and then forgets them', async () => {
    const { ring, clock } = keyRing();
    const stays: SourceView = { ...sourceNumber(1), session: route.id };
    ring.install(keysOf(0, true));
    ring.addSenders({ route, senders: [[1, stays]] });
    ring.forgetSession(sourceNumber(0).session);
    clock.advance(OLD_EPOCH_MS - 1);
    expect(await opens(ring, 0, 0)).to.equal(true);
    clock.advance(1);
    const gone = ring.byHandle(route.handle)?.resolve(buildKid(0, 0));
    expect(gone).to.deep.equal({ ok: false, reason: 'unknownSender' });
    expect(await opens(ring, 0, 1)).to.equal(true);
    expect(clock.pending).to.equal(0);
  });

  it('forgets the former route of a handle that was given anew', () => {
    const { ring } = keyRing();
    ring.install(keysOf(0, true));
    const other: RouteView = { ...route, id: '00000000-0000-4000-8000-000000000002' };
    ring.install(keysOf(0, true, { route: other }));
    expect(ring.byHandle(route.handle)?.route.id).to.equal(other.id);
    expect(ring.byId(route.id)).to.equal(undefined);
  });

  it('holds no key and no timer after close', async () => {
    const { ring, clock } = keyRing();
    ring.install(keysOf(0, true));
    ring.install(keysOf(1, true));
    ring.close();
    expect(await opens(ring, 1)).to.equal(false);
    expect(clock.pending).to.equal(0);
  });
});

describe('The key fetcher', () => {
  it('asks at once, then at most once a second for each route, and does not forget to', () => {
    const clock = createFakeClock();
    const asked: [number, string][] = [];
    const fetcher = new KeyFetcher(clock, (id) => void asked.push([clock.now(), id]));
    fetcher.want('a');
    for (let i = 0; i < 5; i++) fetcher.want('a');
    fetcher.want('b');
    clock.advance(3_500);
    expect(asked).to.deep.equal([
      [0, 'a'],
      [0, 'b'],
      [1_000, 'a'],
    ]);
    fetcher.want('a');
    expect(asked.at(-1)).to.deep.equal([3_500, 'a']);
    fetcher.close();
    expect(clock.pending).to.equal(0);
  });
});
