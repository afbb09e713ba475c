// Sidetone inside an app that you have: one port, one process, your own routes beside it.
import { createServer as createHttpServer } from 'node:http';
import { createServer } from '@sidetone/core';
import { http } from '@sidetone/plugin-http';
import { udp } from '@sidetone/plugin-udp';
import { websocket } from '@sidetone/plugin-websocket';
import express from 'express';

const app = express();
const listener = createHttpServer(app);

const sidetone = createServer({ initialChannels: ['Lobby'] })
  .use(http({ server: listener, insecure: true }))
  .use(websocket())
  .use(udp({ port: 0 }));
await sidetone.start();

// What a client can do, your program can do in process.
app.get('/who', (_request, response) => {
  const { participants } = sidetone.organization();
  response.json(participants.list().map(({ user }) => user.name));
});

app.post('/nets/:name', (request, response, next) => {
  sidetone
    .organization()
    .as('web')
    .channels.create({ name: request.params.name })
    .then((channel) => response.status(201).json(channel), next);
});

const port = Number(process.env['PORT'] ?? 3000);
listener.listen(port, '127.0.0.1', () => {
  const address = listener.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  process.stdout.write(`App and voice are listening on http://127.0.0.1:${bound}\n`);
});

process.once('SIGINT', () => {
  void sidetone.stop().then(() => listener.close(() => process.exit(0)));
});
