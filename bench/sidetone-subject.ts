import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { WireClient, type WireTalk } from '../test/wire/wire-client.js';
import { startChild } from './child.js';
import { Load, type Talker } from './load.js';
import type { Subject } from './subject.js';

const serverMain = fileURLToPath(
  new URL('../examples/reference-server/dist/main.js', import.meta.url),
);

/** An Opus frame of 32 kbit/s and 20 ms has about this many bytes. */
const OPUS_BYTES = 80;

/** The server as `npm start` runs it, with clients that signed in, joined, and hold true keys. */
export async function startSidetone(
  transport: 'udp' | 'ws',
  clients: number,
  talkers: number,
): Promise<Subject> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'sidetone-bench-'));
  const server = await startChild([serverMain], /listening on (\S+)/, {
    SIDETONE_PORT: '0',
    SIDETONE_DATA_DIR: dataDir,
    SIDETONE_LOG: 'warn',
  });
  const people: WireClient[] = [];
  for (let index = 0; index < clients; index += 1) {
    people.push(await WireClient.connect(server.ready, `Bench ${index}`));
  }
  const channel = (await Promise.all(people.map((person) => person.join('Lobby'))))[0] ?? '';
  if (transport === 'udp') await Promise.all(people.map((person) => person.openUdp()));
  const voices: Talker[] = [];
  for (const person of people.slice(0, talkers))
    voices.push(talker(person, await person.talk(channel)));
  const load = new Load(voices);
  for (const person of people) person.onMedia = (packet) => load.receive(packet);
  return {
    pid: server.pid,
    load,
    async stop() {
      await Promise.all(people.map((person) => person.close()));
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function talker(person: WireClient, talk: WireTalk): Talker {
  const opus = randomBytes(OPUS_BYTES);
  return {
    send(index) {
      const seq = index & 0xffff;
      const part = {
        start: index === 0,
        end: false,
        durationMs: 20,
        level: 0x80 | 30,
        seq,
        time: (index * 960) >>> 0,
      } as const;
      person.sendMedia(person.seal(talk, index, part, opus));
      return { source: talk.sourceHandle, seq };
    },
  };
}
