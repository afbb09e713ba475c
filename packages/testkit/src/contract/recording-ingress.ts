import type {
  ControlConnection,
  ControlIngress,
  ControlPeer,
  VoiceIngress,
  VoiceSession,
  VoiceTransport,
} from '@sidetone/core';

/** A control door that greets with `hello` and remembers what each connection told it. */
export class RecordingControlIngress implements ControlIngress {
  readonly accepted: AcceptedConnection[] = [];

  accept(peer: ControlPeer): ControlConnection {
    const connection = new AcceptedConnection(peer);
    this.accepted.push(connection);
    peer.send('hello');
    return connection;
  }
}

export class AcceptedConnection implements ControlConnection {
  readonly peer: ControlPeer;
  readonly messages: string[] = [];
  readonly endings: string[] = [];
  drains = 0;

  constructor(peer: ControlPeer) {
    this.peer = peer;
  }

  message(text: string): void {
    this.messages.push(text);
  }

  drained(): void {
    this.drains += 1;
  }

  closed(detail: string): void {
    this.endings.push(detail);
  }
}

/** One call of a voice transport. */
export interface VoiceCall {
  readonly kind: 'receive' | 'ready' | 'lost';
  readonly session: VoiceSession;
  readonly transport: VoiceTransport;
  /** Of `receive`: a copy. */
  readonly body: Uint8Array | null;
}

/** A voice door that remembers every call. */
export class RecordingVoiceIngress implements VoiceIngress {
  readonly calls: VoiceCall[] = [];

  receive(session: VoiceSession, transport: VoiceTransport, body: Uint8Array): void {
    this.calls.push({ kind: 'receive', session, transport, body: body.slice() });
  }

  pathReady(session: VoiceSession, transport: VoiceTransport): void {
    this.calls.push({ kind: 'ready', session, transport, body: null });
  }

  pathLost(session: VoiceSession, transport: VoiceTransport): void {
    this.calls.push({ kind: 'lost', session, transport, body: null });
  }

  of(kind: VoiceCall['kind'], session: VoiceSession): readonly VoiceCall[] {
    return this.calls.filter((call) => call.kind === kind && call.session === session);
  }
}
