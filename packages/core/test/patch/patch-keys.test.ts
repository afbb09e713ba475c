import { createNodeCipher, decodeBase64, uuidBytes, type RouteKeys } from '@sidetone/protocol';
import { expect } from 'chai';
import { VoiceWorld, type VoiceMember } from '../double/voice-world.js';

const cipher = createNodeCipher();
const nothing = new Uint8Array(0);

/** What a holder of these keys derives for the sender of index 0: equal keys open the same frames. */
function openerKey(keys: RouteKeys | undefined): Uint8Array {
  if (keys?.secret === undefined) return nothing;
  const secret = decodeBase64(keys.secret, 32) ?? nothing;
  return cipher.deriveSenderBaseKey(secret, uuidBytes(keys.route.id), keys.epoch, 0);
}

const keysOf = ({ outlet }: VoiceMember, routeId: string | undefined): RouteKeys[] =>
  outlet.installed.filter(({ route }) => route.id === routeId);

describe('The keys of patched nets', () => {
  let world: VoiceWorld;
  let flight: string;
  let ground: string;

  beforeEach(async () => {
    world = new VoiceWorld();
    [flight, ground] = (await world.channels('flight', 'ground')) as [string, string];
  });

  it('go to the listeners of each for the routes of the others, without a rotation', async () => {
    const [pilot, soldier] = [world.session([flight]), world.session([ground])];
    const { registered } = await pilot.talksTo({ channels: [flight] });
    world.patch(flight, ground);
    const routeId = registered.handles[0]?.route.id;
    const [got] = keysOf(soldier, routeId);
    const [own] = await pilot.keys(flight);
    expect(openerKey(got)).to.have.length(32).and.deep.equal(openerKey(own));
    expect(got?.senders).to.deep.equal([[0, registered.source]]);
    expect(got?.epoch).to.equal(0);
    await world.clock.advanceAsync(1_000);
    expect(keysOf(soldier, routeId)).to.have.length(1);
  });

  it('are pushed to who joins one of them, for the others, and stand in the answer for itself', async () => {
    const pilot = world.session([flight]);
    const { registered } = await pilot.talksTo({ channels: [flight] });
    world.patch(flight, ground);
    const late = world.session([ground]);
    expect(late.outlet.installed.map(({ route }) => route.channel)).to.deep.equal([flight]);
    expect(keysOf(late, registered.handles[0]?.route.id)).to.have.length(1);
    const [own] = await late.keys(ground);
    expect(own?.route.channel).to.equal(ground);
  });

  it('stay with who leaves one of them and is in another', async () => {
    const both = world.session([flight, ground]);
    world.patch(flight, ground);
    await both.talksTo({ channels: [ground] });
    both.leave(flight);
    await world.clock.advanceAsync(2_000);
    expect(await world.plane.keys(both.id)).to.have.length(2);
    const held = (await world.plane.keys(both.id)).map(({ epoch }) => epoch);
    expect(held).to.deep.equal([0, 0]);
  });

  it('are those of who may listen on their own net alone', async () => {
    const soldier = world.session();
    world.roster.deny(soldier.id, 'LISTEN', { channelId: ground });
    soldier.join(ground);
    world.patch(flight, ground);
    expect(soldier.outlet.installed).to.deep.equal([]);
    await soldier.talksTo({ channels: [ground] });
    expect(
      soldier.outlet.installed.map(({ route, secret }) => [route.channel, secret]),
    ).to.deep.equal([[ground, undefined]]);
  });

  it('of a net rotate at the end of the patch, and the old ones open nothing that is said then', async () => {
    const [pilot, mate, soldier] = [
      world.session([flight]),
      world.session([flight]),
      world.session([ground]),
    ];
    const end = world.patch(flight, ground);
    const target = await pilot.talksTo({ channels: [flight] });
    const routeId = target.registered.handles[0]?.route.id;
    const old = openerKey(keysOf(soldier, routeId).at(-1));
    end();
    await world.clock.advanceAsync(1_000);
    expect(target.epoch(0)).to.equal(1);
    const [fresh] = await mate.keys(flight);
    expect(openerKey(fresh)).to.have.length(32).and.not.deep.equal(old);
    expect(keysOf(soldier, routeId).every(({ epoch }) => epoch === 0)).to.equal(true);
    const ownRoute = (await soldier.keys(ground)).map(({ epoch }) => epoch);
    expect(ownRoute).to.deep.equal([1]);
    target.say();
    expect([mate.heard, soldier.heard]).to.deep.equal([[101], []]);
  });

  it('come back with another patch, in the epoch of then', async () => {
    const [pilot, soldier] = [world.session([flight]), world.session([ground])];
    world.patch(flight, ground)();
    await world.clock.advanceAsync(1_000);
    world.patch(flight, ground);
    const [own] = await pilot.keys(flight);
    const got = soldier.outlet.installed.filter(({ route }) => route.channel === flight);
    expect(got.map(({ epoch }) => epoch)).to.deep.equal([0, 1]);
    expect(openerKey(got.at(-1))).to.deep.equal(openerKey(own));
  });
});
