import { expect } from 'chai';
import { udpKilled, type UdpKilled } from './scenario/udp-killed.js';
import { together } from './support/together.js';

const FRAME_MS = 20;
/** What may be lost before it is noticed. */
const SILENT_FRAMES = 3_500 / FRAME_MS;
const REPORTED_FRAMES = 100 / FRAME_MS;
/** A listener sends a ping 70 ms after the last frame, and hears of the closed port by that. */
const REPORTED_TO_LISTENER_FRAMES = (70 + 100) / FRAME_MS;

describe('UDP that dies in the middle of a sentence', function () {
  this.timeout(120_000);

  together({
    'is noticed at once when the system says so, and used again when it works': async () => {
      const seen = await udpKilled('refused');
      expect(seen.struck, 'clients that were told').to.equal(2);
      expect(seen.still.missing, 'frames of the talker').to.be.at.most(
        REPORTED_FRAMES + seen.tooLate,
      );
      expectOneGap(seen, REPORTED_TO_LISTENER_FRAMES);
    },
    'costs seconds when nothing goes up, and is used again when it works': async () => {
      const seen = await udpKilled('uplink');
      expect(seen.struck, 'datagrams lost').to.be.at.least(50);
      expectOneGap(seen, SILENT_FRAMES);
    },
    'costs seconds when nothing comes down, and is used again when it works': async () => {
      const seen = await udpKilled('downlink');
      expect(seen.struck, 'datagrams lost').to.be.at.least(50);
      expectOneGap(seen, SILENT_FRAMES);
    },
  });
});

/** Nothing twice, and nothing lost but at the fault: neither when voice moves nor when it returns. */
function expectOneGap({ still, roamer, tooLate }: UdpKilled, mostFrames: number): void {
  for (const heard of [still, roamer]) {
    expect(heard.doubled, 'frames doubled').to.equal(0);
    expect(heard.missing, 'frames lost').to.be.at.most(mostFrames + tooLate);
    expect(heard.gaps.length, 'gaps').to.be.at.most(1 + tooLate);
    expect(heard.frames + heard.missing).to.equal(heard.said);
  }
}
