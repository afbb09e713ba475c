import { speechNames, waitFor } from '@sidetone/testkit';
import { ChildProgram } from './child-program.js';
import type { News, TalkOrder } from './crew-member.js';
import type { CrewCalls, CrewView } from './crew-program.js';
import type { NetHearing } from './net-ears.js';
import type { RoleSettings } from './role-calls.js';
import type { ServerCalls } from './server-program.js';
import { voiceToken } from './voice-token.js';

/** Somebody's place in the operation; without a role it is that of everybody else. */
export interface Post {
  readonly name: string;
  readonly role: string;
}

export const EVERYBODY_ELSE = 'everybody else';

/** Twelve in four groups, and one who has no part in it. */
export const posts: readonly Post[] = [
  { name: 'Commander A', role: 'Commander' },
  { name: 'Commander B', role: 'Commander' },
  { name: 'Watcher', role: 'Observer' },
  { name: 'Flight 1', role: 'Flight Lead' },
  { name: 'Flight 2', role: 'Pilot' },
  { name: 'Flight 3', role: 'Pilot' },
  { name: 'Ground 1', role: 'Ground Lead' },
  { name: 'Ground 2', role: 'Ground Crew' },
  { name: 'Ground 3', role: 'Ground Crew' },
  { name: 'Logistics 1', role: 'Logistics Lead' },
  { name: 'Logistics 2', role: 'Logistics Crew' },
  { name: 'Logistics 3', role: 'Logistics Crew' },
  { name: 'Outsider', role: EVERYBODY_ELSE },
];

const PROGRAMS = 3;
/** Everybody else's voice goes over UDP. */
const EVERY_FIFTH_OVER_WEBSOCKET = 5;

const roles: RoleSettings = {
  tokenSecret: 'otters under the bridge, nine or ten of them',
  pushSecret: 'herons over the water, seven or eight of them',
  managedRoles: ['Pilot', 'Observer'],
};

/** By talk, by listener. */
export type Hearings = Readonly<Record<string, Readonly<Record<string, string>>>>;

const MOST_ATTEMPTS = 5;
/** Frames that a listener over WebSocket was too slow for. */
const STALLED = 'websocket.dropped.stalled';

interface Known {
  readonly program: ChildProgram<CrewCalls>;
  readonly transport: 'udp' | 'websocket';
  readonly session: string;
  readonly user: string;
}

/** The server in a process of its own, and the crew in three others. */
export class Crew {
  readonly server: ChildProgram<ServerCalls>;
  readonly url: string;
  readonly pushSecret: string = roles.pushSecret;
  /** By name. */
  channelIds: Readonly<Record<string, string>> = {};
  readonly #programs: readonly ChildProgram<CrewCalls>[];
  readonly #known = new Map<string, Known>();
  #stalledBefore = 0;

  private constructor(server: ChildProgram<ServerCalls>, url: string) {
    this.server = server;
    this.url = url;
    this.#programs = Array.from({ length: PROGRAMS }, () =>
      ChildProgram.start<CrewCalls>('./crew-program.ts'),
    );
  }

  /** With the template applied, and everybody in their role and voice; nobody has joined a net. */
  static async start(): Promise<Crew> {
    const server = ChildProgram.start<ServerCalls>('./server-program.ts', {
      channels: ['Lobby'],
      roles,
      limits: { commandBurst: 1_000, commandsPerSecond: 1_000 },
      keepLog: true,
    });
    const crew = new Crew(server, await server.call('start'));
    try {
      await crew.#takePosts();
      return crew;
    } catch (error) {
      await crew.end();
      throw error;
    }
  }

  /** @param rolesOfToken that the token claims for its session */
  async enter(name: string, rolesOfToken: readonly string[] = []): Promise<void> {
    const index = this.#known.size;
    const program = this.#programs[index % PROGRAMS] as ChildProgram<CrewCalls>;
    const transport = index % EVERY_FIFTH_OVER_WEBSOCKET === 0 ? 'websocket' : 'udp';
    this.#known.set(name, { program, transport, session: '', user: '' });
    const token = this.token(name, rolesOfToken);
    const speaker = speechNames[index % speechNames.length] ?? 'alpha';
    const ids = await program.call('enter', { url: this.url, name, token, transport, speaker });
    this.#known.set(name, { program, transport, ...ids });
    await waitFor(
      async () => {
        const { up, down } = await program.call('voice', name);
        return up === transport && down === transport;
      },
      { timeoutMs: 20_000, describe: () => `${name} has no voice over ${transport}` },
    );
  }

  token(name: string, rolesOfToken: readonly string[] = []): string {
    return voiceToken(roles.tokenSecret, { name, roles: rolesOfToken });
  }

  session(name: string): string {
    return this.#of(name).session;
  }

  user(name: string): string {
    return this.#of(name).user;
  }

  change(
    name: string,
    change: { readonly give?: readonly string[]; readonly take?: readonly string[] },
  ): Promise<void> {
    return this.server.call('changeRoles', { user: this.user(name), ...change });
  }

  join(name: string, channel: string): Promise<string> {
    return this.#of(name).program.call('join', { name, channel });
  }

  attempt(name: string, method: string, params: object): Promise<string> {
    return this.#of(name).program.call('attempt', { name, method, params });
  }

  say(name: string, order: TalkOrder & { readonly frames: number }): Promise<string> {
    return this.#of(name).program.call('say', { name, ...order });
  }

  begin(name: string, order: TalkOrder): Promise<string> {
    return this.#of(name).program.call('begin', { name, ...order });
  }

  said(name: string): Promise<number> {
    return this.#of(name).program.call('said', name);
  }

  hush(name: string): Promise<void> {
    return this.#of(name).program.call('hush', name);
  }

  view(name: string): Promise<CrewView> {
    return this.#of(name).program.call('view', name);
  }

  ears(name: string): Promise<readonly NetHearing[]> {
    return this.#of(name).program.call('ears', name);
  }

  /**
   * By `talker on net`, by listener: how many of the `whole` frames. Who reads a WebSocket too slowly
   * is served what is fresh: frames that the server has left out there, and counted, count as heard.
   */
  async hearings(whole = 0): Promise<Hearings> {
    const heard: Record<string, Record<string, string>> = {};
    const stalled = (await this.metric(STALLED)) - this.#stalledBefore;
    const listen = async (listener: string, { transport }: Known): Promise<void> => {
      for (const { talker, net, frames, doubled } of await this.ears(listener)) {
        const leftOut = transport === 'websocket' && frames < whole && whole - frames <= stalled;
        const words = doubled > 0 ? `, ${doubled} of them twice` : '';
        (heard[`${talker} on ${net}`] ??= {})[listener] = `${leftOut ? whole : frames}${words}`;
      }
    };
    await Promise.all([...this.#known].map(([name, known]) => listen(name, known)));
    return heard;
  }

  /** The same of one talker: by listener, `frames on net`. */
  async heard(talker: string, whole = 0): Promise<Readonly<Record<string, string>>> {
    const heard: Record<string, string> = {};
    for (const [talk, listeners] of Object.entries(await this.hearings(whole))) {
      const [who, net] = talk.split(' on ');
      if (who !== talker) continue;
      for (const [listener, frames] of Object.entries(listeners)) {
        heard[listener] = `${heard[listener] ?? ''}${frames} on ${net}`;
      }
    }
    return heard;
  }

  /** How many frames one has heard of another. */
  async heardBy(listener: string, talker: string): Promise<number> {
    const own = (await this.ears(listener)).filter((hearing) => hearing.talker === talker);
    return own.reduce((sum, { frames }) => sum + frames, 0);
  }

  /** Wall time in ms. */
  async firstHeardAt(listener: string, talker: string): Promise<number> {
    const own = (await this.ears(listener)).filter((hearing) => hearing.talker === talker);
    return Math.min(...own.map(({ firstAt }) => firstAt));
  }

  news(name: string): Promise<readonly News[]> {
    return this.#of(name).program.call('news', name);
  }

  /** Resolves when somebody has been told this; `line` may be the beginning of it. */
  async told(name: string, line: string, timeoutMs = 10_000): Promise<News> {
    let seen: readonly News[] = [];
    return waitFor(
      async () => {
        seen = await this.news(name);
        return seen.find((each) => each.line.startsWith(line));
      },
      {
        timeoutMs,
        describe: () => {
          return `${name} was not told "${line}" but ${JSON.stringify(seen.map((each) => each.line))}`;
        },
      },
    );
  }

  dropped(name: string): Promise<Readonly<Record<string, number>>> {
    return this.#of(name).program.call('dropped', name);
  }

  async metric(name: string): Promise<number> {
    return (await this.server.call('metrics'))[name] ?? 0;
  }

  /** All that the server has not forwarded since the start, for whatever reason. */
  async framesDropped(): Promise<number> {
    const metrics = Object.entries(await this.server.call('metrics'));
    return metrics.reduce(
      (sum, [name, value]) => (name.startsWith('voice.dropped') ? sum + value : sum),
      0,
    );
  }

  /** Nobody talks any more, and what was heard and told is forgotten. */
  async turnPage(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.call('fallSilent')));
    await Promise.all(this.#programs.map((program) => program.call('forget')));
    this.#stalledBefore = await this.metric(STALLED);
  }

  /**
   * Runs it again when it failed and talkers over WebSocket have dropped frames meanwhile: a client does,
   * rather than lag, when the machine lets it wait for longer than 300 ms.
   */
  async unlessHeldUp(run: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const before = await this.#heldUp();
      try {
        return await run();
      } catch (error) {
        if (attempt === MOST_ATTEMPTS || (await this.#heldUp()) === before) throw error;
        await this.turnPage();
      }
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.call('close')));
    await Promise.all(this.#programs.map((program) => program.stop()));
    await this.server.call('stop');
    await this.server.stop();
  }

  /** Frames that talkers were too slow for. */
  async #heldUp(): Promise<number> {
    const all = [...this.#known].map(async ([name, { program }]) => {
      const { uplinkTooSlow = 0 } = await program.call('dropped', name);
      return uplinkTooSlow;
    });
    return (await Promise.all(all)).reduce((sum, frames) => sum + frames, 0);
  }

  async #takePosts(): Promise<void> {
    await this.server.call('applyTemplate');
    this.channelIds = await this.server.call('channelIds');
    await Promise.all(
      posts.map(async ({ name, role }) => {
        await this.enter(name);
        if (role !== EVERYBODY_ELSE) await this.change(name, { give: [role] });
      }),
    );
  }

  #of(name: string): Known {
    const known = this.#known.get(name);
    if (!known) throw new Error(`nobody of the crew is called "${name}"`);
    return known;
  }
}
