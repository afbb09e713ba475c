import { expect } from 'chai';
import {
  buildKid,
  encodeBase64,
  type RouteKeys,
  type RouteView,
  type SourceView,
} from '@sidetone/protocol';
import { PortKeys } from '../../src/media-port/port-keys.js';

const uuid = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
const routeNumber = (n: number, handle = n): RouteView => ({
  id: uuid(n),
  handle,
  kind: 'channel',
  channel: uuid(0xcc),
});
const sourceNumber = (n: number, handle = n): SourceView => ({
  id: uuid(0xa000 + n),
  handle,
  session: uuid(0xb000 + n),
  kind: 'microphone',
});
const keysOf = (
  route: RouteView,
  epoch: number,
  active: boolean,
  senders: RouteKeys['senders'],
): RouteKeys => ({
  route,
  scheme: 'server',
  epoch,
  active,
  secret: encodeBase64(new Uint8Array(32).fill(epoch + 1)),
  senders,
});

describe('PortKeys', () => {
  it('know the senders of a route in every epoch, though a rotation names none', () => {
    const keys = new PortKeys();
    const route = routeNumber(1);
    keys.install(keysOf(route, 0, true, [[0, sourceNumber(1)]]));
    keys.announce({ route, senders: [[1, sourceNumber(2)]] });
    keys.install(keysOf(route, 1, false, []));
    keys.activate({ route: route.id, epoch: 1 });
    expect(keys.originOf(1, 1, buildKid(0, 1))?.source).to.deep.equal(sourceNumber(1));
    expect(keys.originOf(1, 2, buildKid(1, 1))?.source).to.deep.equal(sourceNumber(2));
    expect(keys.originOf(1, 2, buildKid(0, 1))).to.equal(null);
  });

  it('hold the last few indices of a source that registers again and again', () => {
    const keys = new PortKeys();
    const route = routeNumber(1);
    keys.install(keysOf(route, 0, true, []));
    for (let index = 0; index < 100; index++) {
      keys.announce({ route, senders: [[index, sourceNumber(1)]] });
    }
    const known = Array.from({ length: 100 }, (_, index) => index).filter(
      (index) => keys.originOf(1, 1, buildKid(index, 0)) !== null,
    );
    expect(known).to.deep.equal([96, 97, 98, 99]);
  });

  it('forget the route and the source whose handle was given anew', () => {
    const keys = new PortKeys();
    const [former, route] = [routeNumber(1, 7), routeNumber(2, 7)];
    keys.install(keysOf(former, 0, true, [[0, sourceNumber(1)]]));
    expect(keys.sealer(former.id, sourceNumber(1).id)).to.not.equal(null);
    keys.install(keysOf(route, 0, true, [[0, sourceNumber(2, 9)]]));
    expect(keys.sealer(former.id, sourceNumber(1).id)).to.equal(null);
    expect(keys.originOf(7, 9, buildKid(0, 0))?.route).to.deep.equal(route);
    keys.announce({ route, senders: [[1, sourceNumber(3, 9)]] });
    expect(keys.originOf(7, 9, buildKid(0, 0))).to.equal(null);
    expect(keys.originOf(7, 9, buildKid(1, 0))?.source).to.deep.equal(sourceNumber(3, 9));
  });
});
