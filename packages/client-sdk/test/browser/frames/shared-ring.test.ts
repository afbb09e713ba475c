import { expect } from 'chai';
import fc from 'fast-check';
import {
  SharedRingReader,
  SharedRingWriter,
  sharedRingMemory,
} from '../../../src/browser/frames/shared-ring.js';

const CAPACITY = 256;

function write(ring: SharedRingWriter, record: readonly number[]): boolean {
  const at = ring.begin(record.length);
  if (at < 0) return false;
  ring.bytes.set(record, at);
  ring.commit();
  return true;
}

function read(ring: SharedRingReader): number[] | null {
  const at = ring.next();
  if (at < 0) return null;
  const record = [...ring.bytes.subarray(at, at + ring.length)];
  ring.release();
  return record;
}

const byte = fc.integer({ min: 0, max: 255 });
const step = fc.oneof(
  fc.record({ write: fc.array(byte, { maxLength: 100 }) }),
  fc.record({ read: fc.integer({ min: 1, max: 4 }) }),
);

describe('A ring in shared memory', () => {
  it('gives every record that it took, once, in order and whole, and refuses only what has no room', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.boolean(), (steps, isOld) => {
        const memory = sharedRingMemory(CAPACITY);
        // Positions wrap around in the end.
        if (isOld) new Int32Array(memory).fill(0x7fff_ff00, 0, 2);
        const [writer, reader] = [new SharedRingWriter(memory), new SharedRingReader(memory)];
        const waiting: number[][] = [];
        for (const each of steps) {
          if ('read' in each) {
            for (let i = 0; i < each.read; i++) {
              expect(read(reader)).to.deep.equal(waiting.shift() ?? null);
            }
          } else if (write(writer, each.write)) waiting.push(each.write);
          else {
            const taken = waiting.reduce((sum, { length }) => sum + 16 + length, 0);
            expect(taken + 2 * (16 + each.write.length), 'refused too early').to.be.above(CAPACITY);
          }
        }
        for (const expected of waiting) expect(read(reader)).to.deep.equal(expected);
        expect(read(reader)).to.equal(null);
      }),
      { numRuns: 300 },
    );
  });

  it('has room for its whole capacity', () => {
    const memory = sharedRingMemory(CAPACITY);
    const [writer, reader] = [new SharedRingWriter(memory), new SharedRingReader(memory)];
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < CAPACITY / 32; i++)
        expect(write(writer, Array(24).fill(i))).to.equal(true);
      expect(write(writer, [])).to.equal(false);
      for (let i = 0; i < CAPACITY / 32; i++) {
        expect(read(reader)).to.deep.equal(Array(24).fill(i));
      }
    }
    expect(writer.begin(CAPACITY)).to.equal(-1);
  });

  it('shows nothing of a record before it is complete', () => {
    const memory = sharedRingMemory(CAPACITY);
    const [writer, reader] = [new SharedRingWriter(memory), new SharedRingReader(memory)];
    writer.begin(8);
    expect(reader.next()).to.equal(-1);
    writer.commit();
    expect(reader.next()).to.be.at.least(0);
  });
});
