// A server, and two people on it: Ann says something, Bob hears it.
import { readFile } from 'node:fs/promises';
import { createClient, guest, TalkerRecorder, wavSource } from '@sidetone/client-sdk';
import { createServer, HttpServer } from '@sidetone/core';
import { http } from '@sidetone/plugin-http';
import { opus } from '@sidetone/plugin-opus';
import { udp } from '@sidetone/plugin-udp';
import { websocket } from '@sidetone/plugin-websocket';

const speech = new URL('../../../packages/testkit/assets/speech/alpha.wav', import.meta.url);

const server = createServer({ initialChannels: ['Lobby'] });
await server
  .use(http({ port: 0 }))
  .use(websocket())
  .use(udp({ port: 0 }))
  .start();
const url = server.get(HttpServer).url ?? '';

const codec = opus();
const ann = createClient({ url, codec, authentication: guest('Ann') });
const bob = createClient({ url, codec, authentication: guest('Bob') });
await Promise.all([ann.connect(), bob.connect()]);

await bob.channels.join('Lobby');
const recorder = new TalkerRecorder({ codec });
bob.addSink(recorder);

const lobby = await ann.channels.join('Lobby');
const talk = await lobby.talk();
await talk.play(wavSource(await readFile(speech)));

const { received, samples } = await recorder.talkspurt(0);
const seconds = (samples.length / 48_000).toFixed(1);
console.log(`Bob heard ${received.length} frames, ${seconds} s of Ann, over ${bob.voice?.down}.`);

await Promise.all([ann.close(), bob.close()]);
await server.stop();
