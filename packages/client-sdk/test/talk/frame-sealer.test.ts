import type { MaybePromise } from '@sidetone/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import { FrameSealer } from '../../src/talk/frame-sealer.js';
import type { Lane } from '../../src/talk/lane-selection.js';

const lane: Lane = { handle: 1, route: { id: 'r', handle: 1, kind: 'channel' }, priority: 1 };

interface Sealing {
  readonly sealer: FrameSealer;
  /** Sequence numbers, as the counters were taken. */
  readonly sealed: number[];
  /** And as they left. */
  readonly sent: number[];
  readonly failures: unknown[];
}

function sealing(seal: (seq: number) => MaybePromise<void> = () => undefined): Sealing {
  const [sealed, sent, failures]: [number[], number[], unknown[]] = [[], [], []];
  const sealer = new FrameSealer({
    keys: {
      byId: () => ({
        senderSlot: () => ({
          seal: (part): MaybePromise<Uint8Array> => {
            const seq = new DataView(part.buffer, part.byteOffset).getUint16(2);
            sealed.push(seq);
            const done = seal(seq);
            const bytes = new Uint8Array(19).fill(seq);
            return done instanceof Promise ? done.then(() => bytes) : bytes;
          },
        }),
      }),
    },
    send: (body) => void sent.push(body.at(-1) ?? -1),
    keyMissing: () => undefined,
    failed: (cause) => void failures.push(cause),
  });
  return { sealer, sealed, sent, failures };
}

const sender = (seq: number) =>
  ({ start: false, end: false, durationMs: 20, level: 30, seq, time: 0 }) as const;

describe('The sealer of frames', () => {
  it('takes counters and sends in the order of the frames, whatever encoding and sealing take', async () => {
    const delays = fc.array(fc.record({ encode: fc.nat(4), seal: fc.nat(4) }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(delays, async (frames) => {
        const it = sealing((seq) => turns(frames[seq]?.seal ?? 0));
        frames.forEach(({ encode }, seq) => {
          const packet = Uint8Array.of(seq);
          const opus = encode === 0 ? packet : turns(encode - 1).then(() => packet);
          it.sealer.seal('s', lane, sender(seq), opus);
        });
        await it.sealer.drained();
        const inOrder = frames.map((_, seq) => seq);
        expect([it.sealed, it.sent]).to.deep.equal([inOrder, inOrder]);
      }),
    );
  });

  it('sends in the same turn what is encoded and sealed in it', () => {
    const it = sealing();
    it.sealer.seal('s', lane, sender(0), Uint8Array.of(1));
    expect(it.sent).to.deep.equal([0]);
  });

  it('tells of a frame that cannot be encoded and goes on with the next one', async () => {
    const it = sealing();
    it.sealer.seal('s', lane, sender(0), Promise.reject(new Error('no encoder')));
    it.sealer.seal('s', lane, sender(1), Uint8Array.of(1));
    await it.sealer.drained();
    expect(it.sent).to.deep.equal([1]);
    expect(String(it.failures)).to.equal('Error: no encoder');
  });
});

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await Promise.resolve();
}
