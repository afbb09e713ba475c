import { expect } from 'chai';
import { GateBench, hold } from '../support/gate-bench.js';

const KEY = 'key';

function bench(): GateBench {
  const made = new GateBench();
  made.gate.keys.bind(1, hold('command'));
  made.gate.keys.bind(2, hold('flight'));
  return made;
}

describe('Keys', () => {
  it('send what was captured 60 ms before the press, and 150 ms after the release', () => {
    const it = bench();
    it.feedUntil(1_000);
    it.gate.keys.press(1, KEY, 1_000);
    it.feedUntil(2_000);
    it.gate.keys.release(1, KEY, 2_000);
    it.feedUntil(3_000);
    // Of the frame that 2,150 lies in not every sample is within the tail.
    expect(it.heard('command')).to.equal('940-2140');
  });

  it('leave nothing of the tail once another key is down', () => {
    const it = bench();
    it.feedUntil(1_000);
    it.gate.keys.press(1, KEY, 1_000);
    it.gate.keys.release(1, KEY, 1_500);
    it.gate.keys.press(2, KEY, 1_540);
    it.feedUntil(2_000);
    expect(it.heard('command')).to.equal('940-1540');
    expect(it.heard('flight'), 'and not what was said to the other').to.equal('1500-2000');
  });

  it('have no tail where another key went down later and is still down', () => {
    const it = bench();
    it.gate.keys.press(1, KEY, 100);
    it.gate.keys.press(2, KEY, 500);
    it.gate.keys.release(1, KEY, 600);
    it.gate.keys.release(2, KEY, 1_000);
    it.feedUntil(2_000);
    expect(it.heard('command')).to.equal('40-600');
    expect(it.heard('flight')).to.equal('500-1140');
  });

  it('have their tail where the other key was down before', () => {
    const it = bench();
    it.gate.keys.press(2, KEY, 100);
    it.gate.keys.press(1, KEY, 500);
    it.gate.keys.release(1, KEY, 600);
    it.feedUntil(2_000);
    expect(it.heard('command')).to.equal('500-740');
    expect(it.heard('flight')).to.equal('40-2000');
  });

  it('go on with the target of the first press when pressed again within the tail, whatever is bound meanwhile', () => {
    const it = bench();
    it.gate.keys.press(1, KEY, 100);
    it.gate.keys.release(1, KEY, 500);
    it.gate.keys.bind(1, hold('guard'));
    it.gate.keys.press(1, KEY, 640);
    it.feedUntil(1_000);
    it.gate.keys.release(1, KEY, 1_000);
    it.feedUntil(2_000);
    expect([it.heard('command'), it.heard('guard')]).to.deep.equal(['40-1140', '']);
    it.gate.keys.press(1, KEY, 2_000);
    it.feedUntil(2_200);
    expect(it.heard('guard'), 'the next talk').to.equal('1940-2200');
  });

  it('begin anew when the tail was over, or was cut short by another key', () => {
    const it = bench();
    it.gate.keys.press(1, KEY, 100);
    it.gate.keys.release(1, KEY, 500);
    it.gate.keys.bind(1, hold('guard'));
    it.gate.keys.press(2, KEY, 520);
    it.gate.keys.release(2, KEY, 540);
    it.gate.keys.press(1, KEY, 560);
    it.feedUntil(1_000);
    expect([it.heard('command'), it.heard('flight'), it.heard('guard')]).to.deep.equal([
      '40-520',
      '500-560',
      '540-1000',
    ]);
  });

  it('are down until every input has let go, and a repeat is no press', () => {
    const it = bench();
    it.gate.keys.press(1, 'keyboard', 100);
    it.gate.keys.press(1, 'keyboard', 130);
    it.gate.keys.press(1, 'pedal', 200);
    it.gate.keys.release(1, 'keyboard', 500);
    it.gate.keys.release(1, 'gamepad', 550);
    it.feedUntil(1_000);
    it.gate.keys.release(1, 'pedal', 1_000);
    it.feedUntil(2_000);
    expect(it.heard('command')).to.equal('40-1140');
  });

  it('latch from one press to the next, and a latch outlives the release of all', () => {
    const it = bench();
    it.gate.keys.bind(1, { ...hold('command'), style: 'latch' });
    it.gate.keys.press(1, KEY, 100);
    it.gate.keys.releaseAll(150);
    it.feedUntil(1_000);
    expect(it.gate.keys.keys).to.deep.include({ key: 1, held: false, latched: true });
    it.gate.keys.press(1, KEY, 1_000);
    it.gate.keys.release(1, KEY, 1_040);
    it.feedUntil(2_000);
    expect(it.heard('command')).to.equal('40-1180');
  });

  it('latch by a tap of less than 200 ms where that is wanted, and are let go by the next', () => {
    const it = bench();
    it.gate.keys.bind(1, { ...hold('command'), style: 'tapLatch' });
    it.gate.keys.press(1, KEY, 100);
    it.gate.keys.release(1, KEY, 299);
    it.gate.keys.press(1, KEY, 1_000);
    it.gate.keys.release(1, KEY, 1_050);
    it.gate.keys.press(1, KEY, 2_000);
    it.gate.keys.release(1, KEY, 2_200);
    it.feedUntil(3_000);
    expect(it.heard('command')).to.equal('40-1200 1940-2340');
  });

  it('are all released at once, each with its tail', () => {
    const it = bench();
    it.gate.keys.press(1, KEY, 100);
    it.gate.keys.press(2, KEY, 100);
    it.gate.keys.releaseAll(500);
    it.feedUntil(1_000);
    expect([it.heard('command'), it.heard('flight')]).to.deep.equal(['40-640', '100-640']);
    it.gate.keys.release(1, KEY, 1_000);
    it.feedUntil(2_000);
    expect(it.heard('command')).to.equal('40-640');
  });

  it('end with their target, and talk again only when pressed again', () => {
    const it = bench();
    it.gate.keys.bind(1, { targets: ['command', 'guard'], additive: false, style: 'latch' });
    it.gate.keys.press(1, KEY, 100);
    it.feedUntil(500);
    it.gate.drop('command', 500);
    it.feedUntil(1_000);
    it.gate.drop('guard', 1_000);
    it.gate.keys.bind(1, hold('flight'));
    it.feedUntil(2_000);
    expect([it.heard('command'), it.heard('guard'), it.heard('flight')]).to.deep.equal([
      '40-500',
      '40-1000',
      '',
    ]);
  });

  it('still get what was captured while they were down when they are told of late', () => {
    const it = bench();
    it.feedUntil(1_000);
    it.gate.keys.press(1, KEY, 840);
    it.gate.keys.release(1, KEY, 860);
    it.feedUntil(1_200);
    expect(it.heard('command')).to.equal('780-1000');
  });

  it('that are bound to nothing do nothing, not even to others', () => {
    const it = bench();
    it.gate.keys.press(1, KEY, 100);
    it.gate.keys.release(1, KEY, 500);
    expect(it.gate.keys.press(3, KEY, 520)).to.equal(false);
    it.feedUntil(1_000);
    expect(it.heard('command')).to.equal('40-640');
  });

  it('remember no more than they need while the capture stands still', () => {
    const it = bench();
    it.gate.keys.press(2, KEY, 0);
    for (let i = 0; i < 1_000; i++) {
      it.gate.keys.press(1, KEY, i * 1_000);
      it.gate.keys.release(1, KEY, i * 1_000 + 10);
    }
    expect(it.gate.keys.presses).to.have.length(64);
    expect(it.gate.keys.presses[0]?.key, 'what is down stays').to.equal(2);
  });
});
