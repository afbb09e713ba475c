import { expect } from 'chai';
import { createFakeClock } from '@sidetone/testkit';
import type { VoiceError } from '@sidetone/protocol';
import type { ClientState } from '../../src/client/client-state.js';
import { entersState } from '../../src/client/enters-state.js';
import { clientOf, connectedClient } from '../support/connected-client.js';
import { FakeServer } from '../support/fake-server.js';

const codeOf = (promise: Promise<ClientState>): Promise<unknown> =>
  promise.then(
    ({ status }) => status,
    (error: VoiceError): unknown => error.code ?? error,
  );

describe('entersState', () => {
  it('resolves with the state, at once or when it comes, and leaves nothing behind', async () => {
    const clock = createFakeClock();
    const client = clientOf(new FakeServer(), 'Ann', { clock });
    expect((await entersState(client, 'disconnected', 10)).reason).to.equal(null);
    const waiting = entersState(client, 'connected', 1_000);
    await client.connect();
    expect((await waiting).session).to.equal(client.self?.id);
    await client.close();
    expect(clock.pending).to.equal(0);
  });

  it('rejects after the time that it was given, and says what there was instead', async () => {
    const clock = createFakeClock();
    const { client, peer } = await connectedClient(new FakeServer(), 'Ann', {
      clock,
      reconnect: () => 9e9,
    });
    peer.cut();
    await clock.settle();
    const waiting = entersState(client, 'connected', 500).catch((error: VoiceError) => error);
    await clock.advanceAsync(500);
    const error = (await waiting) as VoiceError;
    expect(error.code).to.equal('ERR_CLIENT_TIMEOUT');
    expect(error.message).to.include('"reconnecting"');
  });

  it('rejects with the reason of a signal, given before or meanwhile', async () => {
    const client = clientOf(new FakeServer(), 'Ann');
    const reason = new Error('enough');
    expect(await codeOf(entersState(client, 'connected', AbortSignal.abort(reason)))).to.equal(
      reason,
    );
    const controller = new AbortController();
    const waiting = codeOf(entersState(client, 'connected', controller.signal));
    controller.abort(reason);
    expect(await waiting).to.equal(reason);
  });

  it('rejects as soon as the client is closed, unless that is waited for', async () => {
    const { client } = await connectedClient(new FakeServer(), 'Ann');
    const never = new AbortController().signal;
    const [other, closed] = [
      codeOf(entersState(client, 'disconnected', never)),
      codeOf(entersState(client, 'closed', never)),
    ];
    await client.close();
    expect(await other).to.equal('ERR_CLIENT_STATE');
    expect(await closed).to.equal('closed');
    expect(await codeOf(entersState(client, 'connected', never))).to.equal('ERR_CLIENT_STATE');
  });
});
