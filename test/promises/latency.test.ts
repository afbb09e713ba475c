import { expect } from 'chai';
import { Operation } from '../end-to-end/support/operation.js';
import { quote, summarize, TOLERANCE } from './support/figure.js';
import { loopback, type Loopback } from './support/loopback.js';

const ROUNDS = 3;
const TALKSPURTS = 8;

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? NaN;

describe('From mouth to ear', function () {
  this.timeout(180_000);

  for (const [latency, p50, p99] of [
    ['normal', 85, 100],
    ['low', 55, 70],
  ] as const) {
    it(`takes ${p50} ms on a clean network with latency ${latency}, and ${p99} ms at most`, async () => {
      const operation = await Operation.start();
      const rounds: Loopback[] = [];
      try {
        while (rounds.length < ROUNDS) {
          rounds.push(await loopback(operation.url, { latency, talkspurts: TALKSPURTS }));
        }
      } finally {
        await operation.end();
      }
      const middle = (of: (round: Loopback) => number): number => summarize(rounds.map(of)).median;
      const half = middle(({ delaysMs }) => quantile(delaysMs, 0.5));
      const almostAll = middle(({ delaysMs }) => quantile(delaysMs, 0.99));
      quote('source to sink in ms', {
        p50: half,
        p99: almostAll,
        worst: Math.max(...rounds.flatMap(({ delaysMs }) => delaysMs)),
        of: rounds.flatMap(({ delaysMs }) => delaysMs).length,
        promised: `${p50} and ${p99}`,
      });
      quote('meanwhile', {
        'playout delay in ms': middle(({ playoutDelayMs }) => playoutDelayMs),
        'concealed in ms': middle(({ concealedMs }) => concealedMs),
        'late blocks of the sink': middle(({ lateBlocks }) => lateBlocks),
      });
      for (const { delaysMs, lost } of rounds) {
        expect(delaysMs).to.have.length.of.at.least(TALKSPURTS * 8);
        expect(lost).to.be.at.most(0.1 * delaysMs.length);
      }
      expect(half).to.be.at.most(TOLERANCE * p50);
      expect(almostAll).to.be.at.most(TOLERANCE * p99);
    });
  }
});
