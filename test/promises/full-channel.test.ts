import { expect } from 'chai';
import { startSidetone } from '../../bench/sidetone-subject.js';

/** The README's claim for a full net, on the server that `npm start` runs. */
describe('Fifty people in one channel', function () {
  this.timeout(120_000);

  for (const transport of ['udp', 'ws'] as const) {
    it(`hear every frame of five who talk at once, over ${transport}`, async () => {
      const subject = await startSidetone(transport, 50, 5);
      try {
        await subject.load.run(1000);
        const { sent, received } = await subject.load.run(5000);
        expect(sent).to.equal(5 * 250);
        expect(received).to.equal(sent * 49);
      } finally {
        await subject.stop();
      }
    });
  }
});
