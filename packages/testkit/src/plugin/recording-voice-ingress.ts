import type { VoiceIngress, VoiceSession, VoiceTransport } from '@sidetone/core';

/** One call of a voice transport. */
export interface VoiceCall {
  readonly kind: 'receive' | 'ready' | 'lost';
  readonly session: VoiceSession;
  readonly transport: VoiceTransport;
  /** Of `receive`: a copy. */
  readonly body: Uint8Array | null;
}

/** What a client sent, as the transport gave it to core. */
export interface ReceivedBody {
  readonly sessionId: string;
  readonly body: Uint8Array;
}

/** Core's door as a voice transport under test sees it; remembers every call. */
export class RecordingVoiceIngress implements VoiceIngress {
  /** Oldest first. */
  readonly calls: VoiceCall[] = [];

  /** The bodies of all sessions, oldest first. */
  get received(): readonly ReceivedBody[] {
    return this.calls.flatMap(({ session, body }) =>
      body === null ? [] : [{ sessionId: session.id, body }],
    );
  }

  /** `ready <session id>` and `lost <session id>`, oldest first. */
  get paths(): readonly string[] {
    return this.calls.flatMap(({ kind, session }) =>
      kind === 'receive' ? [] : [`${kind} ${session.id}`],
    );
  }

  /** The calls of one kind for this very session object. */
  of(kind: VoiceCall['kind'], session: VoiceSession): readonly VoiceCall[] {
    return this.calls.filter((call) => call.kind === kind && call.session === session);
  }

  receive(session: VoiceSession, transport: VoiceTransport, body: Uint8Array): void {
    this.calls.push({ kind: 'receive', session, transport, body: body.slice() });
  }

  pathReady(session: VoiceSession, transport: VoiceTransport): void {
    this.calls.push({ kind: 'ready', session, transport, body: null });
  }

  pathLost(session: VoiceSession, transport: VoiceTransport): void {
    this.calls.push({ kind: 'lost', session, transport, body: null });
  }
}
