import { expect } from 'chai';
import { fallen, GovernedPath, inUse } from './governed-path.js';

describe('The choice of the path', () => {
  it('asks at 0, 100, 300, 700 and 1,500 ms, and gives up 2 s after the last question', () => {
    const path = new GovernedPath();
    path.works = false;
    path.start();
    expect(path.up).to.equal('websocket');
    path.pass(3_499);
    expect(path.asks).to.deep.equal([0, 100, 300, 700, 1_500]);
    expect(path.told).to.deep.equal([]);
    path.pass(1);
    expect(path.told).to.deep.equal(['no answer came to five probes']);
  });

  it('probes again 2, 4, 8, 16, 30 and 30 s after each attempt that failed, for ever, and tells only once', () => {
    const path = new GovernedPath();
    path.works = false;
    path.start();
    path.pass(300_000);
    const pauses = path.renewals.slice(1).map((at, i) => at - (path.renewals[i] ?? 0) - 3_500);
    expect(pauses.slice(0, 6)).to.deep.equal([2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(path.told).to.have.length(1);
    path.works = true;
    path.pass(40_000);
    // It had never been in use, so it need not earn its way back.
    expect(path.up).to.equal('udp');
  });

  it('sends over UDP from the challenge on, and leaves the downlink to the server', () => {
    const path = new GovernedPath();
    path.start();
    path.pass(39);
    expect(path.up).to.equal('websocket');
    path.pass(1);
    expect([path.up, path.down]).to.deep.equal(['udp', 'udp']);
    expect(path.pings).to.deep.equal([40]);
  });

  it('goes on asking until a pong shows that the server has the answer', () => {
    const path = new GovernedPath();
    path.start();
    path.pass(40);
    path.works = false;
    path.pass(700);
    expect(path.asks).to.deep.equal([0, 100, 300, 700]);
    const proven = new GovernedPath();
    proven.start();
    proven.pass(5_000);
    expect(proven.asks).to.deep.equal([0]);
  });

  it('pings each second while media flows either way, and each 15 s else', () => {
    const path = inUse();
    path.since(path.pings);
    path.talk(3_000);
    expect(path.pings).to.have.length(3);
    path.since(path.pings);
    path.pass(68_000);
    expect(path.pings.length).to.be.within(4, 5);
    path.since(path.pings);
    path.does((now) => path.governor.mediaSent(now));
    expect(path.pings, 'voice after a silence').to.deep.equal([path.clock.now()]);
  });

  it('pings 70 ms after the last packet of a talkspurt, then each 300 ms, for 5 s at most', () => {
    const path = inUse();
    path.pass(60);
    path.does((now) => {
      path.governor.mediaReceived(now);
      path.governor.heard('source', false, now);
    });
    const from = path.clock.now();
    path.since(path.pings);
    path.pass(1_100);
    expect(path.pings.map((at) => at - from)).to.deep.equal([70, 370, 670, 970]);
    path.pass(20_000);
    const urgent = path.pings.filter((at) => at - from < 5_000);
    expect(urgent).to.have.length(17);
    expect(path.pings.length - urgent.length).to.be.at.most(2);
  });

  it('does not take the silence after the end of a talkspurt for a gap', () => {
    const path = inUse();
    path.does((now) => {
      path.governor.mediaReceived(now);
      path.governor.heard('source', false, now);
      path.governor.heard('source', true, now);
    });
    path.since(path.pings);
    path.pass(900);
    expect(path.pings).to.deep.equal([]);
  });

  it('doubts UDP when a ping goes unanswered for 1.5 s: both paths for 2 s, then the WebSocket', () => {
    const path = inUse();
    path.talk(2_000);
    path.works = false;
    const diedAt = path.clock.now();
    path.since(path.ways);
    path.talk(6_000);
    const [doubted, left, ...more] = path.ways;
    expect(doubted).to.include({ up: 'both', down: 'both' });
    expect(left).to.include({ up: 'websocket', down: 'websocket' });
    expect(more).to.deep.equal([]);
    expect((doubted?.at ?? 0) - diedAt).to.be.within(1_500, 2_500);
    expect((left?.at ?? 0) - (doubted?.at ?? 0)).to.equal(2_000);
    expect(path.told).to.deep.equal(['pings go unanswered']);
  });

  it('notices within 3.5 s a path that died while nobody talked, from the first word on', () => {
    const path = inUse();
    path.works = false;
    path.pass(5_000);
    path.since(path.ways);
    const from = path.clock.now();
    path.talk(3_500);
    expect(path.ways[0]).to.include({ up: 'both', down: 'both' });
    expect((path.ways[0]?.at ?? 0) - from).to.be.at.most(2_500);
  });

  it('settles the doubt when a pong comes in time', () => {
    const path = inUse();
    path.talk(2_000);
    path.works = false;
    path.talk(3_000);
    expect(path.up).to.equal('both');
    path.works = true;
    path.talk(500);
    expect([path.up, path.down]).to.deep.equal(['udp', 'udp']);
    path.talk(5_000);
    expect(path.told).to.deep.equal([]);
  });

  it('does not doubt a path that loses one ping and answers the next', () => {
    const path = inUse();
    path.talk(2_000);
    path.since(path.ways);
    for (let round = 0; round < 10; round++) {
      path.works = false;
      path.talk(200);
      path.works = true;
      path.talk(1_000);
    }
    expect(path.ways).to.deep.equal([]);
  });

  it('doubts a path whose pings are answered while less than a fifth of the frames arrives', () => {
    const path = inUse();
    path.arrivals = 'losing';
    path.talk(1_200);
    expect(path.up).to.equal('both');
    path.talk(1_000);
    expect(path.up, 'an answered ping does not settle it').to.equal('both');
    path.talk(1_500);
    expect(path.up).to.equal('websocket');
    expect(path.told).to.deep.equal(['hardly any frame arrives']);
  });

  it('goes back to UDP alone when frames arrive again', () => {
    const path = inUse();
    path.arrivals = 'losing';
    path.talk(1_200);
    path.arrivals = 'arriving';
    path.talk(400);
    expect([path.up, path.down]).to.deep.equal(['udp', 'udp']);
  });

  it('leaves at once when the system refuses, and tries from a new socket 2 s later', () => {
    const path = inUse();
    path.talk(1_000);
    path.since(path.renewals);
    const at = path.clock.now();
    path.does((now) => path.governor.failed('ECONNREFUSED', now));
    expect([path.up, path.down]).to.deep.equal(['websocket', 'websocket']);
    expect(path.told).to.deep.equal(['ECONNREFUSED']);
    path.pass(2_000);
    expect(path.renewals).to.deep.equal([at + 2_000]);
  });

  it('comes back after five answered pings within 5 s, from a new socket', () => {
    const path = fallen();
    path.works = true;
    path.since(path.ways);
    path.since(path.pings);
    path.pass(20_000);
    const [back, ...more] = path.ways;
    expect(back).to.include({ up: 'udp', down: 'udp' });
    expect(more).to.deep.equal([]);
    const before = path.pings.filter((at) => at <= (back?.at ?? 0));
    expect(before).to.have.length(5);
    expect((before[4] ?? 0) - (before[0] ?? 0)).to.equal(4_000);
  });

  it('stays away when one of the five is not answered', () => {
    const path = fallen();
    path.works = true;
    path.since(path.pings);
    while (path.pings.length < 3) path.pass(10);
    path.works = false;
    path.pass(100);
    path.works = true;
    path.pass(4_000);
    expect(path.pings).to.have.length(5);
    expect(path.up).to.equal('websocket');
    path.pass(60_000);
    expect(path.up).to.equal('udp');
  });

  it('holds the WebSocket for ten minutes after three falls within ten', () => {
    const path = inUse();
    for (let fall = 0; fall < 3; fall++) {
      path.works = false;
      path.talk(6_000);
      expect(path.up).to.equal('websocket');
      path.works = true;
      if (fall < 2) path.talk(60_000);
      if (fall < 2) expect(path.up).to.equal('udp');
    }
    path.since(path.renewals);
    path.pass(590_000);
    expect([path.up, path.renewals.length]).to.deep.equal(['websocket', 0]);
    path.pass(20_000);
    expect(path.up).to.equal('udp');
  });

  it('forgives falls that lie more than ten minutes back', () => {
    const path = inUse();
    for (let fall = 0; fall < 6; fall++) {
      path.works = false;
      path.talk(6_000);
      path.works = true;
      path.pass(400_000);
      expect(path.up, `after fall ${fall}`).to.equal('udp');
    }
  });
});
