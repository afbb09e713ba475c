// The server of the end-to-end tests: the parts of the reference server, with numbers to look at.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  createServer,
  HttpServer,
  Metrics,
  pinoLogger,
  type CreateServerOptions,
  type Plugin,
} from '@sidetone/core';
import { http } from '@sidetone/plugin-http';
import { password, type PasswordOptions } from '@sidetone/plugin-password';
import { udp, type UdpOptions } from '@sidetone/plugin-udp';
import { websocket } from '@sidetone/plugin-websocket';
import { administrationCalls } from './administration-calls.js';
import { answerCalls, programSettings } from './child-program.js';
import { roleCalls, rolePlugins, type RoleSettings } from './role-calls.js';
import { toldFacts } from './told-facts.js';
import { editingPolicy, guests, speakOnlyPolicy, storageAt } from './server-plugins.js';

export interface ServerSettings {
  readonly channels?: readonly string[];
  readonly limits?: CreateServerOptions['limits'];
  /** `127.0.0.1` by default. */
  readonly host?: string;
  /** A free one by default, as that of `udp`. */
  readonly httpPort?: number;
  readonly udp?: UdpOptions;
  readonly resumeTimeoutMs?: number;
  readonly drainTimeoutMs?: number;
  /** Path of a SQLite file, or URL of a PostgreSQL; memory by default. */
  readonly database?: string;
  /** People may have accounts, with passwords. */
  readonly password?: PasswordOptions;
  /** People sign in with tokens, and roles decide. */
  readonly roles?: RoleSettings;
  /** Everybody may make and change channels. */
  readonly everybodyEdits?: boolean;
  /** All that is logged, down to the least, is kept for the test and not printed. */
  readonly keepLog?: boolean;
  /** Guests of this name may speak and may not listen. */
  readonly speakOnly?: string;
  /**
   * Served as /page.html, so that a browser has an origin that the server knows. Beside the script is
   * `worker.js`.
   */
  readonly page?: { readonly scriptFile: string; readonly contentSecurityPolicy: string };
}

export interface RosterEntry {
  readonly session: string;
  readonly name: string;
  readonly away: boolean;
  /** Names of the joined ones, in alphabetical order. */
  readonly channels: readonly string[];
}

const {
  channels = ['Command', 'Flight', 'Ground'],
  host = '127.0.0.1',
  httpPort = 0,
  udp: udpOptions = {},
  limits,
  resumeTimeoutMs,
  drainTimeoutMs,
  database,
  password: passwordOptions,
  roles: roleSettings,
  everybodyEdits = false,
  keepLog = false,
  speakOnly,
  page,
} = programSettings<ServerSettings>();

const pagePlugin = ({
  scriptFile,
  contentSecurityPolicy,
}: Required<ServerSettings>['page']): Plugin => ({
  name: 'page',
  version: '1.0.0',
  requires: [HttpServer],
  setup(ctx) {
    const http = ctx.get(HttpServer);
    http.handle('GET', '/page.html', (_request, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.setHeader('content-security-policy', contentSecurityPolicy);
      response.end(
        '<!doctype html><title>Page</title><script type="module" src="/page.js"></script>',
      );
    });
    const serve = (name: string, file: string): void =>
      http.handle('GET', name, (_request, response) => {
        response.setHeader('content-type', 'text/javascript; charset=utf-8');
        response.end(readFileSync(file));
      });
    serve('/page.js', scriptFile);
    serve('/worker.js', path.join(path.dirname(scriptFile), 'worker.js'));
    http.handle('GET', '/favicon.ico', (_request, response) => {
      response.statusCode = 204;
      response.end();
    });
  },
});

const logged: string[] = [];
const destination = { write: (line: string) => void logged.push(line) };

const server = createServer({
  initialChannels: channels,
  ...(limits ? { limits } : {}),
  ...(resumeTimeoutMs === undefined ? {} : { resumeTimeoutMs }),
  ...(drainTimeoutMs === undefined ? {} : { drainTimeoutMs }),
  ...(keepLog ? { log: pinoLogger({ level: 'debug', destination }) } : {}),
})
  .use(http({ host, port: httpPort }))
  .use(websocket())
  .use(udp({ port: 0, ...udpOptions }));
if (database !== undefined) server.use(storageAt(database));
if (passwordOptions !== undefined) server.use(password(passwordOptions)).use(guests());
if (roleSettings !== undefined) {
  for (const plugin of rolePlugins(roleSettings)) server.use(plugin);
}
if (everybodyEdits) server.use(editingPolicy());
if (page !== undefined) server.use(pagePlugin(page));
if (speakOnly !== undefined) server.use(speakOnlyPolicy(speakOnly));

const uncaught: string[] = [];
process.on('uncaughtException', (error) => uncaught.push(error.stack ?? error.message));
process.on('unhandledRejection', (reason) => uncaught.push(String(reason)));

const told = keepLog ? toldFacts(server) : [];

let rotations = 0;
server.on('keyRotated', () => (rotations += 1));

const calls = {
  ...administrationCalls(server),
  ...roleCalls(server),
  /** Epochs that became active after the first of their route. */
  rotations: (): number => rotations,
  async start(): Promise<string> {
    await server.start();
    return server.get(HttpServer).url ?? '';
  },
  metrics: (): Readonly<Record<string, number>> => server.get(Metrics).snapshot(),
  /** What was logged so far, a line each, where the settings keep it. */
  logged: (): readonly string[] => logged,
  /** The facts so far, where the settings keep the log. */
  told: (): readonly string[] => told,
  /** Exceptions that nobody caught; a test expects none. */
  uncaught: (): readonly string[] => uncaught,
  /** Everybody the server knows, in the order of signing in. */
  roster(): readonly RosterEntry[] {
    const { channels: all, participants } = server.organization();
    return participants.list().map(({ session, user, away, memberships }) => ({
      session,
      name: user.name,
      away,
      channels: [...memberships.keys()].map((id) => all.get(id)?.name ?? id).sort(),
    }));
  },
  async setTopic(what: { readonly channel: string; readonly topic: string }): Promise<void> {
    const { channels: all } = server.organization();
    await all.update(all.find(what.channel)?.id ?? '', { topic: what.topic });
  },
  async createChannel(name: string): Promise<void> {
    await server.organization().channels.create({ name });
  },
  /** Of this process so far. */
  cpuSeconds(): number {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
  /** TCP connections that the process has open, its listening socket not counted. */
  sockets: (): number =>
    process.getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length,
  occupants(channel: string): number {
    const { channels: all, participants } = server.organization();
    const id = all.find(channel)?.id ?? '';
    return participants.list().filter(({ memberships }) => memberships.has(id)).length;
  },
  async kick(session: string): Promise<void> {
    await server.organization().participants.kick(session, 'end of the test');
  },
  async stop(): Promise<void> {
    await server.stop();
  },
};

export type ServerCalls = typeof calls;

answerCalls(calls);
