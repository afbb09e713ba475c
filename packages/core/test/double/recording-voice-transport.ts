import { parseDownlinkBody, type VoiceOffer } from '@sidetone/protocol';
import type { VoiceSession, VoiceTransport } from '../../src/contracts/voice-transport.js';

/** One frame as one listener got it. */
export interface Delivery {
  readonly sink: number;
  readonly routeHandle: number;
  readonly sourceHandle: number;
  readonly seq: number;
  readonly sealed: Uint8Array;
  readonly priority: number;
}

/** Remembers what core sends. */
export class RecordingVoiceTransport implements VoiceTransport {
  readonly name: string;
  readonly frames = 'sealed';
  readonly deliveries: Delivery[] = [];
  readonly detached: string[] = [];
  calls = 0;
  failing = false;

  constructor(name: string) {
    this.name = name;
  }

  offer(): VoiceOffer | null {
    return this.name === 'websocket' ? { transport: 'websocket' } : null;
  }

  detach(session: VoiceSession): void {
    this.detached.push(session.id);
  }

  sendMany(packet: Uint8Array, sinks: Uint32Array, priority: number): void {
    if (this.failing) throw new Error('the transport fails');
    this.calls++;
    const parsed = parseDownlinkBody(packet.subarray(1));
    if (!parsed.ok) throw new Error(`core sent a packet that is ${parsed.reason}`);
    const { routeHandle, sourceHandle, sender, sealedOffset } = parsed;
    const sealed = packet.slice(1 + sealedOffset);
    for (const sink of sinks) {
      this.deliveries.push({ sink, routeHandle, sourceHandle, seq: sender.seq, sealed, priority });
    }
  }

  /** Sequence numbers that reached the sink, in order. */
  seqsTo(sink: number): number[] {
    return this.deliveries.filter((each) => each.sink === sink).map(({ seq }) => seq);
  }
}
