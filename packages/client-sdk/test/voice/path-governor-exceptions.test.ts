import { expect } from 'chai';
import { fallen, GovernedPath, inUse } from './governed-path.js';

describe('The choice of the path while the control connection is down', () => {
  it('stays with UDP, pings each second, and never sends on a path that is not there', () => {
    const path = inUse();
    path.does((now) => path.governor.controlLost(now));
    path.since(path.pings);
    path.since(path.ways);
    path.works = false;
    path.pass(5_000);
    expect(path.pings).to.have.length(5);
    path.works = true;
    path.pass(1_000);
    expect(path.ways).to.deep.equal([]);
    expect(path.up).to.equal('udp');
  });

  it('replaces a silent socket each 5 s, and a refused one each second', () => {
    const path = inUse();
    path.does((now) => path.governor.controlLost(now));
    path.works = false;
    path.since(path.renewals);
    path.pass(16_000);
    expect(path.renewals.length).to.be.within(2, 3);
    path.refusal = 'ENETUNREACH';
    path.does((now) => path.governor.failed('ENETUNREACH', now));
    path.since(path.renewals);
    path.pass(5_000);
    expect(path.renewals.length).to.be.within(5, 6);
    path.refusal = null;
    path.works = true;
    path.pass(1_100);
    expect(path.up).to.equal('udp');
    path.does((now) => path.governor.controlRestored(now));
    expect([path.up, path.down, path.told]).to.deep.equal(['udp', 'udp', []]);
  });

  it('takes UDP again that had failed, for want of another, and keeps it if it answers', () => {
    const path = fallen();
    path.does((now) => path.governor.controlLost(now));
    expect(path.up).to.equal('udp');
    path.works = true;
    path.pass(1_100);
    path.does((now) => path.governor.controlRestored(now));
    expect([path.up, path.down]).to.deep.equal(['udp', 'udp']);
  });

  it('returns to the WebSocket at once where UDP had failed before and has not answered since', () => {
    const path = fallen();
    path.does((now) => path.governor.controlLost(now));
    path.pass(10_000);
    path.does((now) => path.governor.controlRestored(now));
    expect([path.up, path.down]).to.deep.equal(['websocket', 'websocket']);
    path.works = true;
    path.pass(60_000);
    expect(path.up).to.equal('udp');
  });

  it('goes over both for a while when UDP is silent as the connection comes back', () => {
    const path = inUse();
    path.does((now) => path.governor.controlLost(now));
    path.works = false;
    path.pass(4_000);
    path.does((now) => path.governor.controlRestored(now));
    expect([path.up, path.down]).to.deep.equal(['both', 'both']);
    path.pass(2_000);
    expect(path.up).to.equal('websocket');
  });

  it('has no path while UDP was never there, and uses it from the challenge on', () => {
    const path = new GovernedPath();
    path.works = false;
    path.start();
    path.pass(60_000);
    path.does((now) => path.governor.controlLost(now));
    expect(path.up).to.equal(null);
    path.works = true;
    path.pass(6_000);
    expect(path.up).to.equal('udp');
  });

  it('does not let the held WebSocket end early', () => {
    const path = inUse();
    for (let fall = 0; fall < 3; fall++) {
      path.works = false;
      path.talk(6_000);
      path.works = true;
      if (fall < 2) path.talk(60_000);
    }
    path.does((now) => path.governor.controlLost(now));
    path.pass(1_000);
    expect(path.up).to.equal('udp');
    path.does((now) => path.governor.controlRestored(now));
    expect([path.up, path.down]).to.deep.equal(['websocket', 'websocket']);
    path.pass(500_000);
    expect(path.up).to.equal('websocket');
    path.pass(120_000);
    expect(path.up).to.equal('udp');
  });
});

describe('The choice of the path on a new network', () => {
  it('goes over both from a new socket until that one has proven itself', () => {
    const path = inUse();
    path.since(path.renewals);
    path.does((now) => path.governor.networkChanged(now));
    expect(path.renewals).to.have.length(1);
    expect([path.up, path.down]).to.deep.equal(['both', 'both']);
    path.pass(100);
    expect([path.up, path.down]).to.deep.equal(['udp', 'udp']);
  });

  it('does not take a pong to the old socket for one to the new', () => {
    const path = inUse();
    path.talk(960);
    const old = path.pings.at(-1) ?? 0;
    path.does((now) => path.governor.networkChanged(now));
    path.works = false;
    path.pass(20);
    path.does((now) => path.governor.pong(old, 'arriving', now));
    expect(path.up).to.equal('both');
    path.pass(2_000);
    expect(path.up).to.equal('websocket');
  });

  it('probes at once, whatever it waits for', () => {
    const path = fallen();
    path.pass(30_000);
    path.since(path.renewals);
    path.works = true;
    const at = path.clock.now();
    path.does((now) => path.governor.networkChanged(now));
    expect(path.renewals).to.deep.equal([at]);
    path.pass(4_500);
    expect(path.up).to.equal('udp');
  });
});

describe('The choice of the path where UDP alone is allowed', () => {
  it('has none before UDP works, and none beside it afterwards', () => {
    const path = new GovernedPath({ webSocket: false });
    path.works = false;
    path.start();
    path.pass(10_000);
    expect(path.up).to.equal(null);
    path.works = true;
    path.pass(10_000);
    expect(path.up).to.equal('udp');
    path.works = false;
    path.talk(20_000);
    expect([path.up, path.down]).to.deep.equal(['udp', 'udp']);
    path.works = true;
    path.pass(6_000);
    expect(path.ways.map(({ up }) => up)).to.deep.equal([null, 'udp']);
  });
});
