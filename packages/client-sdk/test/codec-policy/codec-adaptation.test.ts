import { expect } from 'chai';
import fc from 'fast-check';
import { CodecAdaptation } from '../../src/codec-policy/codec-adaptation.js';
import { fecFloorPercent } from '../../src/codec-policy/fec-floor.js';
import type { CodecChoice, LinkReport } from '../../src/codec-policy/link-report.js';
import { PROFILES, type ProfileName } from '../../src/codec-policy/profile.js';

const CLEAN: LinkReport = {
  uplinkLoss: 0,
  downlinkLoss: 0,
  meanBurst: null,
  rttMs: 40,
  queuedFrames: 0,
};
const NOTHING: LinkReport = { ...CLEAN, uplinkLoss: null, downlinkLoss: null, rttMs: null };
const voice = (): CodecAdaptation => new CodecAdaptation(PROFILES.voice.encoder);

function feed(adaptation: CodecAdaptation, report: LinkReport, times: number): CodecChoice {
  for (let i = 0; i < times; i++) adaptation.report(report);
  return adaptation.choice;
}

const queue: LinkReport = { ...CLEAN, queuedFrames: 5 };
const lossy = (loss: number, meanBurst = 1): LinkReport => {
  return { ...CLEAN, downlinkLoss: loss, meanBurst };
};

describe('The adaptation of voice', () => {
  it('begins with what the profile says', () => {
    expect(voice().choice).to.deep.equal({
      bitrateBps: 32_000,
      frameDurationMs: 20,
      expectedLossPercent: 10,
      earlierFrames: 0,
    });
  });

  it('raises the expected loss with the losses of either direction, at once, to 30 %', () => {
    expect(feed(voice(), lossy(0.12), 8).expectedLossPercent).to.be.within(10, 15);
    expect(feed(voice(), lossy(0.2), 10).expectedLossPercent).to.equal(20);
    const uplink = { ...CLEAN, uplinkLoss: 0.6 };
    expect(feed(voice(), uplink, 1).expectedLossPercent).to.equal(30);
    expect(feed(voice(), uplink, 20).expectedLossPercent).to.equal(30);
  });

  it('keeps the expected loss where there is error correction at the bitrate at all', () => {
    expect(feed(voice(), CLEAN, 100).expectedLossPercent).to.equal(10);
    const narrow = feed(voice(), queue, 6);
    expect(narrow).to.include({ bitrateBps: 16_000, expectedLossPercent: 30 });
  });

  it('takes bits away first, then lengthens the frames, and stops at 60 ms', () => {
    const adaptation = voice();
    const ladder = Array.from({ length: 6 }, () => feed(adaptation, queue, 3)).map(
      ({ bitrateBps, frameDurationMs }) => [bitrateBps, frameDurationMs],
    );
    expect(ladder).to.deep.equal([
      [24_000, 20],
      [16_000, 20],
      [16_000, 40],
      [16_000, 60],
      [16_000, 60],
      [16_000, 60],
    ]);
  });

  it('takes a round trip of twice the usual and 100 ms more for a queue, for 3 s', () => {
    const adaptation = voice();
    feed(adaptation, { ...CLEAN, rttMs: 80 }, 20);
    expect(feed(adaptation, { ...CLEAN, rttMs: 170 }, 10).bitrateBps).to.equal(32_000);
    expect(feed(adaptation, { ...CLEAN, rttMs: 200 }, 2).bitrateBps).to.equal(32_000);
    expect(feed(adaptation, { ...CLEAN, rttMs: 200 }, 1).bitrateBps).to.equal(24_000);
  });

  it('gets used to a longer way', () => {
    const adaptation = voice();
    feed(adaptation, CLEAN, 20);
    const long = { ...CLEAN, rttMs: 400 };
    feed(adaptation, long, 60);
    expect(feed(adaptation, long, 600).bitrateBps).to.equal(32_000);
  });

  it('goes down to 24 kbit/s for losses above 10 %, and no further', () => {
    const choice = feed(voice(), lossy(0.3), 60);
    expect(choice).to.include({ bitrateBps: 24_000, frameDurationMs: 20 });
  });

  it('goes up one notch after 15 clean seconds', () => {
    const adaptation = voice();
    feed(adaptation, queue, 6);
    expect(feed(adaptation, CLEAN, 14).bitrateBps).to.equal(16_000);
    expect(feed(adaptation, CLEAN, 1).bitrateBps).to.equal(24_000);
    expect(feed(adaptation, CLEAN, 14).bitrateBps).to.equal(24_000);
    expect(feed(adaptation, CLEAN, 1).bitrateBps).to.equal(32_000);
    expect(feed(adaptation, CLEAN, 99).bitrateBps).to.equal(32_000);
  });

  it('waits longer each time that a step up was one too many', () => {
    const adaptation = voice();
    let changes = 0;
    let bitrateBps = 32_000;
    // A way that takes 24 kbit/s and no more, for ten minutes.
    for (let second = 0; second < 600; second++) {
      const next = adaptation.report(bitrateBps > 24_000 ? queue : CLEAN).bitrateBps;
      if (next !== bitrateBps) changes += 1;
      bitrateBps = next;
    }
    expect(changes).to.be.within(3, 19);
  });

  it('brings earlier frames along for bursts, as many as they are long, and no more when it is clean', () => {
    expect(feed(voice(), lossy(0.1, 1), 20).earlierFrames).to.equal(0);
    expect(feed(voice(), lossy(0.02, 4), 20).earlierFrames).to.equal(0);
    const adaptation = voice();
    expect(feed(adaptation, lossy(0.1, 3), 10).earlierFrames).to.equal(4);
    expect(feed(adaptation, CLEAN, 5).earlierFrames).to.equal(4);
    expect(feed(adaptation, CLEAN, 25).earlierFrames).to.equal(0);
    expect(feed(voice(), lossy(0.1, 1.7), 10).earlierFrames).to.equal(3);
  });

  it('brings none along where frames queue', () => {
    const adaptation = voice();
    feed(adaptation, lossy(0.1, 3), 10);
    expect(feed(adaptation, { ...lossy(0.1, 3), queuedFrames: 9 }, 1).earlierFrames).to.equal(0);
  });

  it('changes nothing for want of reports', () => {
    const adaptation = voice();
    const before = feed(adaptation, queue, 3);
    expect(feed(adaptation, NOTHING, 600)).to.deep.equal(before);
  });
});

describe('The adaptation of any profile', () => {
  const part = fc.option(fc.double({ min: 0, max: 1, noNaN: false }), { nil: null });
  const report: fc.Arbitrary<LinkReport> = fc.record({
    uplinkLoss: part,
    downlinkLoss: part,
    meanBurst: fc.option(fc.double({ min: 0, max: 200 }), { nil: null }),
    rttMs: fc.option(fc.double({ min: 0, max: 5_000, noNaN: true }), { nil: null }),
    queuedFrames: fc.nat(20),
  });
  const names = fc.constantFrom<ProfileName[]>('voice', 'voice-low', 'voice-hq', 'music');

  it('stays within bounds, and steps by one notch at a time', () => {
    fc.assert(
      fc.property(names, fc.array(report, { maxLength: 200 }), (name, reports) => {
        const { encoder } = PROFILES[name];
        const adaptation = new CodecAdaptation(encoder);
        let last = adaptation.choice;
        let lastStep = -Infinity;
        reports.forEach((each, second) => {
          const choice = adaptation.report(each);
          expect(choice.bitrateBps).to.be.within(16_000, encoder.bitrateBps);
          expect(choice.frameDurationMs).to.be.within(encoder.frameDurationMs, 60);
          expect(choice.earlierFrames).to.be.within(0, 4);
          expect(choice.expectedLossPercent % 5).to.equal(0);
          expect(choice.expectedLossPercent).to.be.within(0, 30);
          if (encoder.fec === true) {
            expect(choice.expectedLossPercent).to.be.at.least(fecFloorPercent(choice.bitrateBps));
          }
          const stepped =
            choice.bitrateBps !== last.bitrateBps ||
            choice.frameDurationMs !== last.frameDurationMs;
          if (stepped) {
            expect(second - lastStep).to.be.at.least(3);
            const both =
              choice.bitrateBps !== last.bitrateBps &&
              choice.frameDurationMs !== last.frameDurationMs;
            expect(both).to.equal(false);
            lastStep = second;
          }
          last = choice;
        });
      }),
      { numRuns: 300 },
    );
  });

  it('settles: under reports that stay the same it comes to rest', () => {
    fc.assert(
      fc.property(names, report, (name, same) => {
        const adaptation = new CodecAdaptation(PROFILES[name].encoder);
        const rested = feed(adaptation, same, 400);
        for (let second = 0; second < 200; second++) {
          expect(adaptation.report(same)).to.deep.equal(rested);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('does not flutter around a threshold: few changes a minute', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 0.12, noNaN: true }), {
          minLength: 60,
          maxLength: 60,
        }),
        (losses) => {
          const adaptation = voice();
          let changes = 0;
          let last = JSON.stringify(adaptation.choice);
          for (const loss of losses) {
            const choice = JSON.stringify(adaptation.report(lossy(loss)));
            if (choice !== last) changes += 1;
            last = choice;
          }
          expect(changes).to.be.at.most(12);
        },
      ),
      { numRuns: 200 },
    );
  });
});
