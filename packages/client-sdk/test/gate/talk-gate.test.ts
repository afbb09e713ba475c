import { expect } from 'chai';
import { GateBench, hold } from '../support/gate-bench.js';

const KEY = 'key';
const QUIET = -65;

describe('The base set', () => {
  it('is talked to while the master key is down', () => {
    const it = new GateBench();
    it.gate.setBase(['lobby'], 'pushToTalk');
    it.gate.keys.press('master', KEY, 100);
    it.gate.keys.release('master', KEY, 500);
    it.feedUntil(1_000);
    expect(it.heard('lobby')).to.equal('40-640');
  });

  it('gives way to a pressed slot, and is back behind its tail', () => {
    const it = new GateBench();
    it.gate.setBase(['lobby'], 'open');
    it.gate.keys.bind(1, hold('command'));
    it.gate.keys.press(1, KEY, 500);
    it.gate.keys.release(1, KEY, 1_000);
    it.feedUntil(2_000);
    expect(it.heard('lobby')).to.equal('0-500 1160-2000');
    expect(it.heard('command')).to.equal('440-1140');
  });

  it('goes on beside a slot that is additive', () => {
    const it = new GateBench();
    it.gate.setBase(['lobby'], 'open');
    it.gate.keys.bind(1, { ...hold('command'), additive: true });
    it.gate.keys.press(1, KEY, 500);
    it.gate.keys.release(1, KEY, 1_000);
    it.feedUntil(2_000);
    expect(it.heard('lobby')).to.equal('0-2000');
    expect(it.heard('command')).to.equal('440-1140');
  });

  it('gives way while the master key is down, too, and has it again', () => {
    const it = new GateBench();
    it.gate.setBase(['lobby'], 'pushToTalk');
    it.gate.keys.bind(1, hold('command'));
    it.gate.keys.press('master', KEY, 100);
    it.gate.keys.press(1, KEY, 510);
    it.gate.keys.release(1, KEY, 600);
    it.feedUntil(1_000);
    expect(it.heard('command')).to.equal('500-740');
    expect(it.heard('lobby')).to.equal('40-500 760-1000');
  });

  it('does not get back what was said to the slot before it had the voice again', () => {
    const it = new GateBench();
    it.gate.setBase(['lobby'], 'voiceActivated');
    it.gate.keys.bind(1, hold('command'));
    it.feedUntil(200, QUIET);
    it.gate.keys.press(1, KEY, 200);
    it.gate.keys.release(1, KEY, 300);
    it.feedUntil(460, QUIET);
    it.feedUntil(1_000);
    expect(it.heard('command')).to.equal('140-440');
    expect(it.heard('lobby')).to.equal('460-1000');
  });
});

describe('Voice activation', () => {
  const voiced = (): GateBench => {
    const made = new GateBench();
    made.gate.setBase(['lobby'], 'voiceActivated');
    made.feedUntil(1_000, QUIET);
    return made;
  };

  it('sends 60 ms before the voice and 250 ms after it', () => {
    const it = voiced();
    it.feedUntil(2_000);
    it.feedUntil(3_000, QUIET);
    expect(it.heard('lobby')).to.equal('940-2240');
  });

  it('opens at -45 dBFS and stays open down to 6 dB less', () => {
    const it = voiced();
    it.feedUntil(1_200, -45.1);
    expect(it.heard('lobby')).to.equal('');
    it.feedUntil(1_400, -45);
    it.feedUntil(3_000, -51);
    it.feedUntil(4_000, -51.1);
    expect(it.heard('lobby')).to.equal('1140-3240');
  });

  it('does not open for a click', () => {
    const it = voiced();
    it.feedUntil(1_020);
    it.feedUntil(2_000, QUIET);
    expect(it.heard('lobby')).to.equal('');
  });

  it('bridges the pauses between words', () => {
    const it = voiced();
    for (const untilMs of [1_300, 1_800, 2_300]) {
      it.feedUntil(untilMs);
      it.feedUntil(untilMs + 240, QUIET);
    }
    it.feedUntil(4_000, QUIET);
    expect(it.heard('lobby')).to.equal('940-2540');
  });

  it('believes a probability of speech and not the level, where there is one', () => {
    const it = voiced();
    it.feedUntil(1_200, -10, 0.84);
    expect(it.heard('lobby'), 'a loud fan').to.equal('');
    it.feedUntil(1_300, -60, 0.85);
    it.feedUntil(2_000, -60, 0.6);
    it.feedUntil(3_000, -10, 0.59);
    expect(it.heard('lobby')).to.equal('1140-2240');
  });
});

describe('A pre-roll', () => {
  it('has frames of the same duration as those that follow', () => {
    const it = new GateBench();
    it.gate.keys.bind(1, hold('command'));
    it.feedUntil(200);
    it.gate.keys.press(1, KEY, 200);
    const loudness = { levelDbfs: -20, voiceProbability: null };
    const decision = it.gate.capture({ startMs: 200, endMs: 240, frame: 10 }, loudness);
    expect(decision.preRolls).to.deep.equal([]);
    expect([...decision.targets]).to.deep.equal(['command']);
  });
});

describe('A gate that was stopped', () => {
  it('needs another press of a key', () => {
    const it = new GateBench();
    it.gate.keys.bind(1, { ...hold('command'), style: 'latch' });
    it.gate.keys.press(1, KEY, 100);
    it.feedUntil(500);
    it.gate.stop(500);
    it.feedUntil(1_000);
    it.gate.keys.press(1, KEY, 1_000);
    it.feedUntil(1_500);
    expect(it.heard('command')).to.equal('40-500 940-1500');
  });

  it('needs voice that begins anew where voice opens it', () => {
    const it = new GateBench();
    it.gate.setBase(['lobby'], 'voiceActivated');
    it.feedUntil(500);
    it.gate.stop(500);
    it.feedUntil(1_000);
    it.feedUntil(2_000, QUIET);
    it.feedUntil(3_000);
    expect(it.heard('lobby')).to.equal('0-500 1940-3000');
  });

  it('opens by itself with the next voice where it is always open', () => {
    const it = new GateBench();
    it.gate.setBase(['lobby'], 'open');
    it.feedUntil(500, QUIET);
    it.gate.stop(500);
    it.feedUntil(1_000, QUIET);
    it.feedUntil(2_000);
    expect(it.heard('lobby')).to.equal('0-500 940-2000');
  });
});
