import type { OpusFrame } from '../../src/audio/opus-frame.js';

/** Frames of one talker of a test, 20 ms each unless said otherwise. */
export function opusFrame(seq: number, change: Partial<OpusFrame> = {}): OpusFrame {
  return {
    source: { id: 'source-1', handle: 1, session: 'ann', kind: 'microphone' },
    route: { id: 'route-1', handle: 1, kind: 'channel', channel: 'command' },
    seq,
    time: 5_000_000 + seq * 960,
    durationMs: 20,
    start: false,
    end: false,
    level: null,
    // A number in a packet of CELT that no other has.
    packet: Uint8Array.of(0xf8, seq & 0xff, seq >> 8, 7),
    ...change,
  };
}
