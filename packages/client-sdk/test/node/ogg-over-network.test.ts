import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createServer, HttpServer } from '@sidetone/core';
import { opusWasm } from '@sidetone/opus-wasm';
import { http } from '@sidetone/plugin-http';
import { udp } from '@sidetone/plugin-udp';
import { websocket } from '@sidetone/plugin-websocket';
import { waitFor } from '@sidetone/testkit';
import { expect } from 'chai';
import {
  createClient,
  guest,
  oggOpusSink,
  oggOpusSource,
  streamSink,
  type Client,
} from '../../src/index.node.js';
import { OggOpusReader } from '../../src/ogg/ogg-opus-reader.js';
import { oggFile } from '../support/ogg-file.js';
import { opusPackets } from '../support/opus-packets.js';

const packetsOf = (file: Uint8Array): string[] => {
  const reader = new OggOpusReader();
  return [...reader.add(file), ...reader.end()].map(({ packet }) =>
    Buffer.from(packet).toString('hex'),
  );
};

describe('A bot that plays an Ogg Opus file to somebody who records it', function () {
  this.timeout(30_000);
  let folder: string;
  let server: ReturnType<typeof createServer>;
  let url: string;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sidetone-ogg-'));
    server = createServer({ initialChannels: ['Lobby'] });
    await server
      .use(http({ port: 0 }))
      .use(websocket())
      .use(udp({ port: 0 }))
      .start();
    url = server.get(HttpServer).url ?? '';
  });

  after(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  for (const transport of ['websocket', 'udp'] as const) {
    it(`brings every packet over ${transport} as it is, without a codec on either side`, async () => {
      const said = path.join(folder, `${transport}-said.opus`);
      const heard = path.join(folder, `${transport}-heard.opus`);
      const packets = opusPackets(60);
      await writeFile(said, oggFile(packets));
      const [bot, listener] = await Promise.all(['Bot', 'Listener'].map(connect));
      if (!bot || !listener) throw new Error('nobody is connected');
      const file = streamSink(createWriteStream(heard));
      const track = oggOpusSink(file, { comments: { artist: 'Bot' } });
      listener.addSink(track);
      const lobby = await bot.channels.join('Lobby');
      await listener.channels.join('Lobby');
      await waitFor(() => bot.voice?.up === transport && listener.voice?.down === transport);
      await (await lobby.talk()).play(oggOpusSource(createReadStream(said)));
      await waitFor(() => track.durationMs >= 1_200);
      track.close();
      await file.close();
      expect([track.lost, file.dropped]).to.deep.equal([0, 0]);
      expect(packetsOf(await readFile(heard))).to.deep.equal(packetsOf(await readFile(said)));
      await Promise.all([bot.close(), listener.close()]);
    });

    async function connect(name: string): Promise<Client> {
      const client = createClient({
        url,
        codec: opusWasm(),
        authentication: guest(name),
        voice: { transports: [transport] },
      });
      await client.connect();
      return client;
    }
  }
});
