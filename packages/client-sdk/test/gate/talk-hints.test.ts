import { expect } from 'chai';
import { resolveGateOptions } from '../../src/gate/resolve-gate-options.js';
import { TalkHints, type ObservedFrame } from '../../src/gate/talk-hints.js';

/** What is told, and after how many ms. */
function told(hints: TalkHints, forMs: number, frame: Partial<ObservedFrame>): string[] {
  const heard: string[] = [];
  for (let atMs = 20; atMs <= forMs; atMs += 20) {
    const observed = hints.observe({
      durationMs: 20,
      talking: true,
      alwaysOpen: false,
      muted: false,
      levelDbfs: -20,
      loud: true,
      voice: true,
      ...frame,
    });
    heard.push(...observed.map((hint) => `${hint} ${atMs}`));
  }
  return heard;
}

const hintsOf = (): TalkHints => new TalkHints(resolveGateOptions().hints);
/** As far as the level goes: a detector may hear voice in it. */
const silent = { levelDbfs: -75, loud: false, voice: true };
const hum = { levelDbfs: -60, loud: false, voice: false };

describe('Hints to a talker', () => {
  it('tell once of more than 300 ms of speech while muted', () => {
    const hints = hintsOf();
    expect(told(hints, 300, { muted: true })).to.deep.equal([]);
    expect(told(hints, 5_000, { muted: true })).to.deep.equal(['talkedWhileMuted 20']);
  });

  it('tell of it again after unmuting, and after a long pause', () => {
    const hints = hintsOf();
    told(hints, 1_000, { muted: true });
    told(hints, 20, {});
    expect(told(hints, 1_000, { muted: true })).to.have.length(1);
    told(hints, 4_900, { muted: true, ...hum });
    expect(told(hints, 1_000, { muted: true })).to.have.length(0);
    told(hints, 5_100, { muted: true, ...hum });
    expect(told(hints, 1_000, { muted: true })).to.have.length(1);
  });

  it('take a cough while muted for no talk', () => {
    const hints = hintsOf();
    for (let i = 0; i < 10; i++) {
      expect(told(hints, 280, { muted: true })).to.deep.equal([]);
      told(hints, 400, { muted: true, ...hum });
    }
  });

  it('do not call talk what goes nowhere anyway', () => {
    expect(told(hintsOf(), 5_000, { muted: true, talking: false })).to.deep.equal([]);
  });

  it('tell once of 5 s without any signal', () => {
    const hints = hintsOf();
    expect(told(hints, 7_000, silent)).to.deep.equal(['signalMissed 5000']);
    told(hints, 20, hum);
    expect(told(hints, 5_000, silent)).to.deep.equal(['signalMissed 5000']);
    expect(told(hintsOf(), 7_000, { ...silent, talking: false })).to.deep.equal([]);
    expect(told(hintsOf(), 7_000, { ...silent, levelDbfs: null })).to.deep.equal([]);
  });

  it('tell of an open microphone without voice after 8 s, and stop it after 20 s', () => {
    const hints = hintsOf();
    expect(told(hints, 30_000, hum)).to.deep.equal(['hotMicNoticed 8000', 'hotMicStopped 20000']);
    told(hints, 20, {});
    expect(told(hints, 7_980, hum)).to.deep.equal([]);
    told(hints, 20, { talking: false });
    expect(told(hints, 8_000, hum)).to.deep.equal(['hotMicNoticed 8000']);
  });

  it('let a gate that is always open be silent', () => {
    expect(told(hintsOf(), 60_000, { ...hum, alwaysOpen: true })).to.deep.equal([]);
  });

  it('can do without the hot mic', () => {
    const { hints } = resolveGateOptions({ hotMic: { hintMs: null, stopMs: null } });
    expect(told(new TalkHints(hints), 60_000, hum)).to.deep.equal([]);
  });
});

describe('Settings of a gate', () => {
  it('are checked, all at once', () => {
    const wrong = (): unknown =>
      resolveGateOptions({ releaseTailMs: -1, voice: { openDbfs: 3, closeProbability: 0.9 } });
    expect(wrong).to.throw(/releaseTailMs "-1".*openDbfs "3".*closeProbability "0.9"/);
    expect(() => resolveGateOptions({ preRollMs: Number.NaN })).to.throw(/preRollMs "NaN"/);
  });
});
