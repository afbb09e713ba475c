import { once } from 'node:events';
import { waitFor } from '@sidetone/testkit';
import { expect } from 'chai';
import type { ClientOptions, WebSocket } from 'ws';
import { FROM_HEADER } from './double/upgrade-listener.js';
import { WebSocketStage } from './double/websocket-stage.js';

const CLIENTS = 1_000;

interface Attempt {
  readonly client: WebSocket;
  readonly opened: boolean;
  /** Of a refusal. */
  readonly status: number;
  readonly retryAfterS: number;
}

describe('a thousand clients that come back at once', function () {
  this.timeout(30_000);

  let stage: WebSocketStage;

  beforeEach(async () => {
    stage = new WebSocketStage();
    await stage.start();
    // As core does it with a resume: the first message signs in.
    const accept = stage.control.accept.bind(stage.control);
    stage.control.accept = (peer) => {
      const connection = accept(peer);
      const handle = stage.control.accepted.length;
      connection.message = () => peer.authenticated({ id: `session-${handle}`, handle });
      return connection;
    };
  });
  afterEach(async () => {
    await stage.stop();
    expect(stage.clock.pending).to.equal(0);
  });

  const attempt = async (options: ClientOptions, speaks: boolean): Promise<Attempt> => {
    const client = stage.dial(options);
    if (speaks) client.on('open', () => client.send('resume'));
    return new Promise((resolve) => {
      client.on('open', () => resolve({ client, opened: true, status: 101, retryAfterS: 0 }));
      client.on('unexpected-response', (_request, response) => {
        const retryAfterS = Number(response.headers['retry-after'] ?? 0);
        resolve({ client, opened: false, status: response.statusCode ?? 0, retryAfterS });
        response.resume();
        client.terminate();
      });
    });
  };

  for (const [what, optionsOf] of [
    ['from this machine', () => ({})],
    [
      'from a thousand addresses',
      (i: number) => ({ headers: { [FROM_HEADER]: `198.51.${i >> 8}.${i & 255}` } }),
    ],
  ] as const) {
    it(`${what}, cut at once, are all back after a few attempts`, async () => {
      let waiting = Array.from({ length: CLIENTS }, (_, i) => i);
      const clients: WebSocket[] = [];
      let rounds = 0;
      for (; waiting.length > 0; rounds++) {
        const attempts = await Promise.all(waiting.map((i) => attempt(optionsOf(i), true)));
        for (const { opened, status, client } of attempts) {
          if (opened) clients.push(client);
          else expect(status).to.equal(503);
        }
        waiting = waiting.filter((_, index) => attempts[index]?.opened === false);
        await waitFor(() => stage.ingress.paths.length === clients.length);
      }
      expect(rounds).to.be.at.most(2);
      expect(stage.openSockets).to.equal(CLIENTS);
      const ends = Promise.all(clients.map((client) => once(client, 'close')));
      for (const client of clients) client.terminate();
      await ends;
      await waitFor(() => stage.openSockets === 0, { timeoutMs: 20_000 });
      expect(stage.clock.pending).to.equal(0);
    });
  }

  it('are told when to come back where there is no place, and not all at the same time', async () => {
    const attempts = await Promise.all(Array.from({ length: 600 }, () => attempt({}, false)));
    const refused = attempts.filter(({ opened }) => !opened);
    expect(refused).to.have.length(600 - 512);
    for (const { status, retryAfterS } of refused) {
      expect(status).to.equal(503);
      expect(retryAfterS).to.be.within(1, 5);
    }
    expect(new Set(refused.map(({ retryAfterS }) => retryAfterS)).size).to.be.above(1);
    expect(stage.counted('websocket.refused.')).to.deep.equal({ full: 88 });
    for (const { client } of attempts) client.terminate();
    await waitFor(() => stage.openSockets === 0);
  });

  it('of one address are told too, and who may never connect is not', async () => {
    const options = { headers: { [FROM_HEADER]: '198.51.100.7' } };
    const attempts = await Promise.all(Array.from({ length: 70 }, () => attempt(options, false)));
    const refused = attempts.filter(({ opened }) => !opened);
    expect(refused).to.have.length(6);
    for (const { status, retryAfterS } of refused) {
      expect(status).to.equal(429);
      expect(retryAfterS).to.be.within(1, 5);
    }
    const foreign = await stage.handshake({ Origin: 'https://evil.example' });
    expect(foreign)
      .to.match(/^HTTP\/1\.1 403/)
      .and.not.match(/retry-after/i);
    for (const { client } of attempts) client.terminate();
    await waitFor(() => stage.openSockets === 0);
  });
});
