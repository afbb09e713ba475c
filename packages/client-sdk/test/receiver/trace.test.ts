import { expect } from 'chai';
import { measureTrace } from '../../../../bench/receiver/measure.js';
import { parseTrace, TraceError } from '../../../../bench/receiver/trace.js';

const rows = (count: number, arrival: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => `${500 + i},${i * 20},${arrival(i)}`).join('\n');

const file = (count: number, arrival: (i: number) => string): string =>
  `seq,timeMs,arrivalMs\n${rows(count, arrival)}\n`;

describe('A recorded network', () => {
  it('is replayed: what was lost is recovered, and the delay counts from the fastest packet', () => {
    const trace = parseTrace(
      file(500, (i) => (i % 10 === 5 ? '' : String(i * 20 + 1_000))),
      'recorded.csv',
    );
    const measured = measureTrace(trace, 'recorded.csv', 0);
    expect(measured).to.include({ network: 'recorded.csv', concealedPercent: 0 });
    expect(measured.recoveredPercent).to.equal(10);
    expect(measured.meanPlayoutDelayMs).to.be.within(40, 41);
  });

  it('takes numbers that are left out for losses, and columns and rows in any order', () => {
    const text = [
      'arrivalMs, note, seq, timeMs',
      '1060,x,13,60',
      '1000,,10,0',
      '1020,,11,20',
      '1080,,14,80',
    ].join('\r\n');
    const { sent, frameDurationMs } = parseTrace(text, 'recorded.csv');
    expect(frameDurationMs).to.equal(20);
    expect(sent).to.deep.equal([
      { seq: 10, timeMs: 0, arrivalMs: 1_000 },
      { seq: 11, timeMs: 20, arrivalMs: 1_020 },
      { seq: 12, timeMs: 40, arrivalMs: null },
      { seq: 13, timeMs: 60, arrivalMs: 1_060 },
      { seq: 14, timeMs: 80, arrivalMs: 1_080 },
    ]);
  });

  it('conceals nothing in its pauses', () => {
    const text = `seq,timeMs,arrivalMs\n${rows(50, (i) => `${i * 20}`)}\n550,3000,3000\n551,3020,3020\n`;
    const measured = measureTrace(parseTrace(text, 'recorded.csv'), 'recorded.csv', 4);
    expect(measured).to.include({ concealedPercent: 0, freezesPer2Min: 0 });
    expect(measured.meanPlayoutDelayMs).to.be.within(40, 41);
  });

  const bad: readonly (readonly [string, string, RegExp])[] = [
    ['an empty file', '', /recorded\.csv: it is empty/],
    ['a missing column', 'seq,timeMs\n1,2\n', /no column "arrivalMs" among "seq,timeMs"/],
    ['a single packet', 'seq,timeMs,arrivalMs\n1,0,5\n', /fewer than two packets/],
    ['words', file(3, () => 'soon'), /recorded\.csv:2: arrivalMs "soon" is no number/],
    [
      'broken numbers',
      'seq,timeMs,arrivalMs\n1.5,0,1\n2,20,3\n',
      /:2: seq "1.5" is no whole number/,
    ],
    ['cells left out', 'seq,timeMs,arrivalMs\n1\n2,20,3\n', /:2: timeMs "" is no number/],
    ['repeated numbers', 'seq,timeMs,arrivalMs\n1,0,1\n1,20,3\n', /seq "1" is there twice/],
    [
      'time that stands still',
      'seq,timeMs,arrivalMs\n1,0,1\n2,0,3\n',
      /does not grow from seq "1"/,
    ],
    ['odd frames', 'seq,timeMs,arrivalMs\n1,0,1\n2,25,3\n', /10, 20, 40, 60 ms long.*"25" ms/],
    ['a huge hole', 'seq,timeMs,arrivalMs\n1,0,1\n2,20,3\n9000000000,40,5\n', /more than 2000000/],
    ['losses only', file(5, () => ''), /no packet of it arrived/],
  ];
  for (const [what, text, message] of bad) {
    it(`with ${what} is refused, and why is said`, () => {
      expect(() => parseTrace(text, 'recorded.csv')).to.throw(TraceError, message);
    });
  }
});
