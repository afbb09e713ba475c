import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { weigh } from '../../scripts/byte-budget.mjs';

const file = (length: number, limit?: number): Parameters<typeof weigh>[0][number] => ({
  name: 'app.js',
  what: 'the app',
  code: 'x'.repeat(length),
  ...(limit === undefined ? {} : { limit }),
});

describe('The weight of what pages load', () => {
  it('is told before and after gzip, with the limit where there is one', () => {
    const { lines } = weigh([file(50_000, 60_000), file(50_000)]);
    expect(lines).to.deep.equal([
      '  app.js         50.0 kB, gzip 0.1 kB of 60.0 kB: the app',
      '  app.js         50.0 kB, gzip 0.1 kB: the app',
    ]);
  });

  it('names each file that is over its limit after gzip, and no other', () => {
    const noise = { ...file(0, 1_000), name: 'noise.js', code: randomBytes(2_000).toString('hex') };
    expect(weigh([file(50_000, 1_000), noise, file(9_000)]).over).to.deep.equal(['noise.js']);
  });

  it('counts bytes, not characters', () => {
    const [line] = weigh([{ ...file(0), code: 'ü'.repeat(1_000) }]).lines;
    expect(line).to.include(' 2.0 kB,');
  });
});
