import type {
  ControlConnection,
  ControlIngress,
  ControlPeer,
  VoiceIngress,
  VoiceSession,
  VoiceTransport,
} from '@sidetone/core';

/** A control door that remembers what each connection told it. */
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

/** A voice door that writes down every call, the session by its id. */
export class RecordingVoiceIngress implements VoiceIngress {
  readonly calls: string[] = [];
  readonly bodies: Uint8Array[] = [];

  receive(session: VoiceSession, _transport: VoiceTransport, body: Uint8Array): void {
    this.calls.push(`receive ${session.id}`);
    this.bodies.push(body.slice());
  }

  pathReady(session: VoiceSession, transport: VoiceTransport): void {
    this.calls.push(`ready ${session.id} ${transport.name}`);
  }

  pathLost(session: VoiceSession, transport: VoiceTransport): void {
    this.calls.push(`lost ${session.id} ${transport.name}`);
  }
}
