import { HttpServer, type Plugin } from '@sidetone/core';
import { encodeRequest, parseEnvelope } from '@sidetone/protocol';
import { expect } from 'chai';
import { createFakeClock } from '../../src/clock/fake-clock.js';
import { startServer } from '../../src/server/start-server.js';
import type { MemoryLink } from '../../src/transport/memory-link.js';
import { memoryTransport } from '../../src/transport/memory-transport.js';
import { waitFor } from '../../src/wait/wait-for.js';

const listener: Plugin = {
  name: 'listener',
  version: '1.0.0',
  provides: [HttpServer],
  setup(context) {
    context.provide(HttpServer, () => ({
      handle: () => {},
      upgrade: () => {},
      url: 'http://127.0.0.1:1',
      secure: false,
    }));
  },
};

const messages = (link: MemoryLink) =>
  link.received.flatMap((message) => {
    const parsed = message.kind === 'text' ? parseEnvelope(message.text) : null;
    return parsed?.ok === true ? [parsed.envelope] : [];
  });

describe('startServer', () => {
  it('tells the address of the HTTP server, or null without one', async () => {
    const plain = await startServer([]);
    const listening = await startServer([listener]);
    expect(plain.url).to.equal(null);
    expect(listening.url).to.equal('http://127.0.0.1:1');
    await Promise.all([plain.stop(), listening.stop(), plain.stop()]);
  });

  it('runs a whole server on a fake clock and a transport in memory', async () => {
    const clock = createFakeClock();
    const transport = memoryTransport();
    const { log, stop } = await startServer([transport], { clock });
    const link = transport.connect();
    await clock.settle();
    expect(messages(link)[0]).to.include({ kind: 'notification', method: 'hello' });
    link.sendText(
      encodeRequest(1, 'session.authenticate', {
        method: 'guest',
        credentials: { name: 'Maverick' },
        instance: 'A'.repeat(22),
      }),
    );
    const answer = await waitFor(() => messages(link).find(({ kind }) => kind !== 'notification'), {
      describe: () => JSON.stringify(messages(link)),
    });
    expect(answer).to.include({ kind: 'response', id: 1 });
    expect(answer.kind === 'response' && answer.result).to.deep.include({
      voice: [{ transport: 'websocket' }],
    });
    await stop();
    await waitFor(() => link.end);
    expect(link.end?.code).to.equal(4008);
    expect(log.messages('error')).to.deep.equal([]);
    expect(clock.pending).to.equal(0);
  });

  it('closes a connection that does not sign in, when the fake time has come', async () => {
    const clock = createFakeClock();
    const transport = memoryTransport();
    const { stop } = await startServer([transport], { clock, authenticationTimeoutMs: 5000 });
    const link = transport.connect();
    await clock.advanceAsync(4999);
    expect(link.status).to.equal('open');
    await clock.advanceAsync(1);
    expect(link.end?.code).to.equal(4001);
    await stop();
  });
});
