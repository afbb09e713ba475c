import type { VoiceIngress, VoiceSession, VoiceTransport } from '@sidetone/core';

/** Core's door as a transport sees it; remembers what came through. */
export class RecordingIngress implements VoiceIngress {
  readonly received: { sessionId: string; body: Uint8Array }[] = [];
  /** `ready <session>` and `lost <session>`, in order. */
  readonly paths: string[] = [];

  receive(session: VoiceSession, _transport: VoiceTransport, body: Uint8Array): void {
    this.received.push({ sessionId: session.id, body: body.slice() });
  }

  pathReady(session: VoiceSession): void {
    this.paths.push(`ready ${session.id}`);
  }

  pathLost(session: VoiceSession): void {
    this.paths.push(`lost ${session.id}`);
  }
}
