import { expect } from 'chai';
import { createFakeClock } from '@sidetone/testkit';
import type { VoiceError } from '@sidetone/protocol';
import type { ClientEvent, ClientEventName } from '../../src/client/client-events.js';
import type { Client } from '../../src/client/client.js';
import { connectedClient } from '../support/connected-client.js';
import { FakeServer } from '../support/fake-server.js';

/** Lets everything run that is ready. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function collect<E extends ClientEventName>(client: Client, name: E): ClientEvent<E>[] {
  const events: ClientEvent<E>[] = [];
  const listener = (event: ClientEvent<E>): void => void events.push(event);
  client.on(name, listener);
  return events;
}

const lossOf = (client: Client): string | undefined =>
  client.state.status === 'reconnecting' ? client.state.reason.kind : undefined;

describe('What the server tells', () => {
  it('reaches the app with the state already showing it', async () => {
    const server = new FakeServer();
    const { client } = await connectedClient(server, 'Ann');
    const seen: string[] = [];
    client.on('participantJoined', ({ participant }) => {
      expect(client.participants.all()).to.include(participant);
      seen.push(`${participant.name} came`);
    });
    client.on('membershipChanged', ({ channel, participant, membership }) => {
      const isIn = channel.occupants.some((occupant) => occupant.participant === participant);
      expect(isIn).to.equal(membership !== null);
      expect(participant.channels.includes(channel)).to.equal(membership !== null);
      seen.push(`${participant.name} ${membership ? 'in' : 'out of'} ${channel.name}`);
    });
    const ben = await connectedClient(server, 'Ben');
    const membership = await ben.client.channels.join('Command');
    await membership.leave();
    await settle();
    expect(seen).to.deep.equal(['Ben came', 'Ben in Command', 'Ben out of Command']);
  });

  it('keeps one object for each channel and participant, which stays current', async () => {
    const server = new FakeServer();
    const { client, peer } = await connectedClient(server, 'Ann');
    const channel = client.channels.find('Command');
    const view = { ...server.channel('Command'), topic: 'Fleet' };
    peer.state('channelUpdated', { channel: view });
    await settle();
    expect(channel?.topic).to.equal('Fleet');
    expect(client.channels.find(view.id)).to.equal(channel);
    peer.state('channelDeleted', { channel: view.id });
    await settle();
    expect(client.channels.find(view.id)).to.equal(null);
    expect(channel?.topic).to.equal('Fleet');
  });

  it('leaves the connection when a number is missing, and names the reason', async () => {
    const { client, peer } = await connectedClient(new FakeServer(), 'Ann');
    peer.seq += 1;
    peer.state('channelDeleted', { channel: client.channels.all()[0]?.id });
    await settle();
    expect(lossOf(client)).to.equal('protocolFailure');
    const reason = client.state.status === 'reconnecting' ? client.state.reason : null;
    const error = reason?.kind === 'protocolFailure' ? reason.error : null;
    expect(error?.code).to.equal('ERR_CLIENT_SEQUENCE_GAP');
    expect(peer.closedWith).to.equal(4000);
  });

  it('leaves the connection when a tick tells of events that never came', async () => {
    const { client, peer } = await connectedClient(new FakeServer(), 'Ann');
    peer.notify('tick', { seq: peer.seq });
    await settle();
    expect(client.state.status).to.equal('connected');
    peer.notify('tick', { seq: peer.seq + 1 });
    await settle();
    expect(lossOf(client)).to.equal('protocolFailure');
  });

  it('passes unknown events on, numbered or not, and keeps counting', async () => {
    const server = new FakeServer();
    const { client, peer } = await connectedClient(server, 'Ann');
    const unknown = collect(client, 'unknownEvent');
    peer.state('chat.messageReceived', { text: 'hello' });
    peer.notify('weather', { rain: true });
    peer.state('channelDeleted', { channel: server.channel('Lobby').id });
    await settle();
    expect(unknown.map(({ name }) => name)).to.deep.equal(['chat.messageReceived', 'weather']);
    expect(unknown[0]?.params).to.include({ text: 'hello' });
    expect(client.channels.find('Lobby')).to.equal(null);
    expect(client.state.status).to.equal('connected');
  });

  it('tells of answers that nobody waits for and of messages that are no messages', async () => {
    const { client, peer } = await connectedClient(new FakeServer(), 'Ann');
    const responses = collect(client, 'unknownResponse');
    const rejected = collect(client, 'messageRejected');
    peer.sendText('{"jsonrpc":"2.0","id":4711,"result":{}}');
    peer.sendText('{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"what?"}}');
    peer.sendText('no JSON');
    await settle();
    expect(responses.map(({ id }) => id)).to.deep.equal([4711, null]);
    expect(rejected).to.have.length(1);
    expect(client.state.status).to.equal('connected');
  });

  it('answers requests it does not know with METHOD_NOT_FOUND', async () => {
    const { client, peer } = await connectedClient(new FakeServer(), 'Ann');
    const answers: string[] = [];
    const { socket } = peer;
    const send = socket.sendText.bind(socket);
    Object.assign(socket, { sendText: (text: string) => (answers.push(text), send(text)) });
    peer.ask('sing', {});
    await settle();
    expect(answers.join()).to.include('METHOD_NOT_FOUND');
    expect(client.state.status).to.equal('connected');
  });

  it('leaves a server that is silent for 6 s, though it speaks every 2 s', async () => {
    const clock = createFakeClock();
    const { client, peer } = await connectedClient(new FakeServer(), 'Ann', { clock });
    for (let i = 0; i < 10; i++) {
      await clock.advanceAsync(2_000);
      peer.notify('tick', { seq: peer.seq });
      await clock.settle();
    }
    expect(client.state.status).to.equal('connected');
    await clock.advanceAsync(5_900);
    expect(client.state.status).to.equal('connected');
    clock.advance(100);
    expect(lossOf(client)).to.equal('serverSilent');
    expect(peer.open).to.equal(false);
  });

  it('says whether to come back after the server closed', async () => {
    const { client, peer } = await connectedClient(new FakeServer(), 'Ann');
    const announced = collect(client, 'closeAnnounced');
    peer.notify('closing', { reason: 'SHUTTING_DOWN', message: 'update', retryAfterMs: 5_000 });
    await settle();
    peer.cut(4008);
    await settle();
    expect(announced).to.deep.equal([
      { reason: 'SHUTTING_DOWN', message: 'update', retryAfterMs: 5_000 },
    ]);
    expect(client.state).to.deep.equal({
      status: 'reconnecting',
      attempt: 1,
      retryInMs: 5_000,
      session: peer.session,
      reason: {
        kind: 'closedByServer',
        reason: 'SHUTTING_DOWN',
        code: 4008,
        comeBack: 'retryAfter',
        message: 'update',
        retryAfterMs: 5_000,
      },
    });
  });
});

describe('A listener that fails', () => {
  it('is reported, and the others are called all the same', async () => {
    const server = new FakeServer();
    const { client, peer } = await connectedClient(server, 'Ann');
    const failures = collect(client, 'listenerFailed');
    const called: string[] = [];
    client.on('channelDeleted', () => {
      throw new Error('first');
    });
    const asynchronous: () => unknown = async () => {
      await Promise.resolve();
      throw new Error('second');
    };
    client.on('channelDeleted', asynchronous);
    client.once('channelDeleted', () => void called.push('third'));
    peer.state('channelDeleted', { channel: server.channel('Lobby').id });
    peer.state('channelDeleted', { channel: server.channel('Command').id });
    await settle();
    expect(called).to.deep.equal(['third']);
    const messages = failures.map(({ cause }) => (cause as Error).message).sort();
    expect(messages).to.deep.equal(['first', 'first', 'second', 'second']);
  });

  it('reaches the platform when nobody listens for failures, also when the reporter itself fails', async () => {
    const server = new FakeServer();
    const { client, peer } = await connectedClient(server, 'Ann');
    client.on('channelDeleted', () => {
      throw new Error('first');
    });
    peer.state('channelDeleted', { channel: server.channel('Lobby').id });
    await settle();
    client.on('listenerFailed', () => {
      throw new Error('second');
    });
    peer.state('channelDeleted', { channel: server.channel('Command').id });
    await settle();
    expect(server.warnings).to.have.length(2);
    expect(server.warnings[0]).to.include('first');
    expect(server.warnings[1]).to.include('second');
  });
});

describe('client.call', () => {
  it('times out after 10 s with REQUEST_TIMEOUT, and a late answer is told', async () => {
    const server = new FakeServer();
    server.mute.add('chat.send');
    const clock = createFakeClock();
    const { client, peer } = await connectedClient(server, 'Ann', { clock });
    const late = collect(client, 'unknownResponse');
    const asked = client.call('chat.send', { text: 'hello' }).then(
      () => 'answered',
      (error: VoiceError) => error.code,
    );
    for (let i = 0; i < 10; i++) {
      peer.notify('tick', { seq: peer.seq });
      await clock.advanceAsync(1_000);
    }
    expect(await asked).to.equal('REQUEST_TIMEOUT');
    peer.sendText('{"jsonrpc":"2.0","id":2,"result":{}}');
    await settle();
    expect(late.map(({ id }) => id)).to.deep.equal([2]);
  });

  it('rejects what waits when the client disconnects for good, and what comes after it', async () => {
    const server = new FakeServer();
    server.mute.add('chat.send');
    const { client, peer } = await connectedClient(server, 'Ann');
    const codeOf = (promise: Promise<unknown>): Promise<string> =>
      promise.then(
        () => 'answered',
        (error: VoiceError) => error.code,
      );
    const asked = codeOf(client.call('chat.send', {}));
    peer.cut(4003);
    expect(await asked).to.equal('ERR_CLIENT_DISCONNECTED');
    expect(await codeOf(client.call('chat.send', {}))).to.equal('ERR_CLIENT_STATE');
    expect(await codeOf(client.channels.join('Command'))).to.equal('ERR_CLIENT_STATE');
  });

  it('does not accept an answer that is off its schema', async () => {
    const server = new FakeServer();
    server.mute.add('channel.join');
    const { client, peer } = await connectedClient(server, 'Ann');
    const joined = client.channels.join('Command').catch((error: VoiceError) => error);
    peer.sendText('{"jsonrpc":"2.0","id":2,"result":{"membership":7}}');
    expect(await joined).to.have.property('code', 'ERR_CLIENT_PROTOCOL');
  });
});
