import { expect } from 'chai';
import fc from 'fast-check';
import {
  buildEarlierFrames,
  buildPayload,
  EARLIER_FRAMES_TYPE,
  fitEarlierFrames,
  MAX_EARLIER_FRAMES,
  MAX_EARLIER_OFFSET,
  MAX_PAYLOAD_BYTES,
  MAX_SEALED_BYTES,
  parsePayload,
  readEarlierFrames,
  type EarlierFrame,
} from '../../src/index.node.js';
import { bytes } from '../fixtures/arbitrary.js';
import { fromHex, plainHex, readGolden, toHex } from '../fixtures/fixture.js';

const { earlierFrames: golden } = readGolden();

const frames: fc.Arbitrary<EarlierFrame[]> = fc
  .uniqueArray(fc.integer({ min: 1, max: MAX_EARLIER_OFFSET }), { minLength: 1, maxLength: 4 })
  .chain((offsets) =>
    fc.tuple(
      ...offsets
        .sort((a, b) => a - b)
        .map((seqOffset) => bytes(1, 250).map((packet) => ({ seqOffset, packet }))),
    ),
  );

const extension = (value: Uint8Array) => ({ type: EARLIER_FRAMES_TYPE, value });

describe('Earlier frames in a payload', () => {
  for (const { name, hex, frames: expected } of golden.cases) {
    it(`are those of the golden bytes: ${name}`, () => {
      const list = expected.map(({ seqOffset, opus }) => ({ seqOffset, packet: fromHex(opus) }));
      expect(toHex(buildEarlierFrames(list).value)).to.equal(plainHex(hex));
      expect(readEarlierFrames([extension(fromHex(hex))])).to.deep.equal(list);
    });
  }

  for (const { name, hex } of golden.refused) {
    it(`are refused: ${name}`, () => {
      expect(readEarlierFrames([extension(fromHex(hex))])).to.equal(null);
    });
  }

  it('come apart as they were put together, among extensions of other types', () => {
    fc.assert(
      fc.property(frames, bytes(0, 100), bytes(0, 30), (list, opus, other) => {
        const tlv = [{ type: 9, value: other }, buildEarlierFrames(list)];
        const payload = parsePayload(buildPayload(opus, tlv));
        expect(payload.ok && readEarlierFrames(payload.tlv)).to.deep.equal(list);
      }),
    );
  });

  it('are none in a payload without them', () => {
    expect(readEarlierFrames([])).to.deep.equal([]);
    expect(readEarlierFrames([{ type: 2, value: fromHex('ff') }])).to.deep.equal([]);
  });

  it('are refused when they come twice', () => {
    const once = extension(fromHex('01 0001 f8'));
    expect(readEarlierFrames([once, once])).to.equal(null);
    expect(readEarlierFrames([extension(new Uint8Array(0)), once])).to.equal(null);
  });

  it('have one form only: what is read of any bytes is written as the same bytes', () => {
    let accepted = 0;
    const piece = fc
      .tuple(fc.integer({ min: 0, max: 18 }), fc.integer({ min: 0, max: 4 }), bytes(0, 4))
      .map(([offset, length, packet]) => [offset, 0, length, ...packet]);
    const value = fc
      .oneof(
        bytes(0, 60),
        fc.array(piece, { maxLength: 6 }).map((parts) => parts.flat()),
      )
      .map((octets) => Uint8Array.from(octets));
    fc.assert(
      fc.property(value, (octets) => {
        const read = readEarlierFrames([extension(octets)]);
        if (read === null) return;
        accepted += 1;
        expect(read.length).to.be.within(1, MAX_EARLIER_FRAMES);
        expect(toHex(buildEarlierFrames(read).value)).to.equal(toHex(octets));
      }),
      { numRuns: 20_000 },
    );
    expect(accepted).to.be.above(50);
  });

  it('are not built out of range', () => {
    const frame = (seqOffset: number, length = 1): EarlierFrame => ({
      seqOffset,
      packet: new Uint8Array(length),
    });
    const bad = [
      [],
      [frame(0)],
      [frame(17)],
      [frame(2), frame(1)],
      [frame(1), frame(1)],
      [frame(1, 0)],
      [frame(1, 1_148)],
      [1, 2, 3, 4, 5].map((offset) => frame(offset)),
    ];
    for (const list of bad) expect(() => buildEarlierFrames(list)).to.throw(/earlier frame/);
  });

  it('fit into a datagram with any SFrame header, as many as there is room for', () => {
    expect(MAX_PAYLOAD_BYTES + 9 + 16).to.equal(MAX_SEALED_BYTES);
    const many = fc.array(
      bytes(1, 600).map((packet) => packet),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(many, bytes(1, 1_000), (packets, opus) => {
        const list = packets.map((packet, at) => ({ seqOffset: at + 1, packet }));
        const fitting = fitEarlierFrames(list, opus.length);
        const payloadOf = (some: readonly EarlierFrame[]): number =>
          buildPayload(opus, some.length === 0 ? [] : [buildEarlierFrames(some)]).length;
        expect(payloadOf(fitting)).to.be.at.most(MAX_PAYLOAD_BYTES);
        expect(fitting).to.deep.equal(list.slice(0, fitting.length));
        const next = list[fitting.length];
        if (next === undefined || fitting.length === MAX_EARLIER_FRAMES) return;
        const more = 3 + next.packet.length + (fitting.length === 0 ? 3 : 0);
        expect(payloadOf(fitting) + more).to.be.above(MAX_PAYLOAD_BYTES);
      }),
    );
  });
});
