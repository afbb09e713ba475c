import type { ControlPeer, VoiceTransport } from '@sidetone/core';
import { expect } from 'chai';
import { RecordingControlIngress } from '../../src/plugin/recording-control-ingress.js';
import { RecordingVoiceIngress } from '../../src/plugin/recording-voice-ingress.js';

describe('RecordingVoiceIngress', () => {
  it('remembers bodies and paths in order, and keeps copies of the bodies', () => {
    const ingress = new RecordingVoiceIngress();
    const transport = { name: 'test' } as VoiceTransport;
    const [one, two] = [
      { id: 'one', handle: 1 },
      { id: 'two', handle: 2 },
    ];
    const body = Uint8Array.of(1, 2);
    ingress.pathReady(one, transport);
    ingress.receive(one, transport, body);
    body[0] = 9;
    ingress.receive(two, transport, body);
    ingress.pathLost(one, transport);
    expect(ingress.paths).to.deep.equal(['ready one', 'lost one']);
    expect(ingress.received).to.deep.equal([
      { sessionId: 'one', body: Uint8Array.of(1, 2) },
      { sessionId: 'two', body: Uint8Array.of(9, 2) },
    ]);
    expect(ingress.of('receive', two)).to.have.length(1);
    expect(ingress.calls.every((call) => call.transport === transport)).to.equal(true);
  });
});

describe('RecordingControlIngress', () => {
  it('remembers what each connection told it, and greets only where it is told to', () => {
    const sent: string[] = [];
    const peer = { send: (text: string) => void sent.push(text) } as ControlPeer;
    const quiet = new RecordingControlIngress();
    const connection = quiet.accept(peer);
    expect(sent).to.deep.equal([]);
    connection.message('text');
    connection.drained();
    connection.closed('gone');
    expect(quiet.accepted).to.have.length(1);
    expect(quiet.accepted[0]).to.deep.include({
      peer,
      messages: ['text'],
      drains: 1,
      endings: ['gone'],
    });
    new RecordingControlIngress('hello').accept(peer);
    expect(sent).to.deep.equal(['hello']);
  });
});
