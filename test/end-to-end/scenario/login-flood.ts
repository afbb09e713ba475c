import { createStorage } from '../../support/sql-backend.js';
import { ChildProgram } from '../support/child-program.js';
import type { Flood, FloodCalls } from '../support/flood-program.js';
import { lasting } from '../support/lasting.js';
import { PlainLine } from '../support/plain-line.js';
import { startServer, type StoredServer } from '../support/stored-server.js';
import type { VoiceLoad, VoiceLoadCalls } from '../support/voice-load-program.js';

const ADDRESSES = 64;
const ACCOUNTS = 200;
const TALKERS = 10;
const SETTLE_MS = 1_000;
const GOOD = { name: 'Account 100', password: 'the true one of a good user' };

export interface LoginFloodOptions {
  readonly perSecond: number;
  readonly durationMs: number;
}

/** How somebody with the true password fared. */
export interface GoodUser {
  readonly tookMs: number;
  /** Codes with which they were sent away for a while. */
  readonly refusals: readonly string[];
}

export interface LoginFlood {
  readonly quiet: VoiceLoad;
  readonly flooded: VoiceLoad;
  readonly flood: Flood;
  /** In the middle of the flood, from an address that nobody has used before, each. */
  readonly goodUsers: readonly GoodUser[];
  readonly metrics: Readonly<Record<string, number>>;
  readonly uncaught: readonly string[];
}

/** Somebody guesses the passwords of many from many addresses while people talk. */
export async function loginFlood(options: LoginFloodOptions): Promise<LoginFlood> {
  const storage = await createStorage('sqlite');
  const stored = await startServer({
    database: storage.location,
    password: { registration: 'closed' },
  });
  const voice = ChildProgram.start<VoiceLoadCalls>('./voice-load-program.ts');
  const attacker = ChildProgram.start<FloodCalls>('./flood-program.ts');
  try {
    return await run(stored, voice, attacker, options);
  } finally {
    await Promise.all([voice.stop(), attacker.stop()]);
    await stored.server.stop();
    await storage.dispose();
  }
}

async function run(
  { server, url }: StoredServer,
  voice: ChildProgram<VoiceLoadCalls>,
  attacker: ChildProgram<FloodCalls>,
  { perSecond, durationMs }: LoginFloodOptions,
): Promise<LoginFlood> {
  const names = Array.from({ length: ACCOUNTS }, (_, index) => `Account ${index + 1}`);
  await server.call('addUser', GOOD);
  await server.call('addUsersLike', { name: GOOD.name, names });
  await voice.call('gather', { url, count: TALKERS, channel: 'Command' });
  await voice.call('talk', SETTLE_MS);
  const quiet = await voice.call('talk', durationMs);

  const addresses = Array.from({ length: ADDRESSES }, (_, index) => `127.0.1.${index + 1}`);
  const flooding = attacker.call('flood', { url, perSecond, durationMs, names, addresses });
  const talking = voice.call('talk', durationMs);
  const goodUsers: GoodUser[] = [];
  for (const part of [1, 2, 3]) {
    await lasting(durationMs / 4);
    goodUsers.push(await comeIn(url, `127.0.2.${part}`));
  }
  return {
    quiet,
    flooded: await talking,
    flood: await flooding,
    goodUsers,
    metrics: await server.call('metrics'),
    uncaught: await server.call('uncaught'),
  };
}

/** Comes again when it is told to, and not before. */
async function comeIn(url: string, localAddress: string): Promise<GoodUser> {
  const startedAt = performance.now();
  const refusals: string[] = [];
  for (;;) {
    const line = await PlainLine.open(url, localAddress);
    const { error } = await line.signIn({ method: 'password', credentials: GOOD });
    const tookMs = performance.now() - startedAt;
    line.cut();
    if (error === null) return { tookMs, refusals };
    if (error.retryAfterMs === undefined) throw error;
    refusals.push(error.code);
    await lasting(error.retryAfterMs);
  }
}
