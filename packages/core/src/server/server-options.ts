import { Name, type Limits } from '@sidetone/protocol';
import { Type, type TObject, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { Clock } from '../contracts/clock.js';
import type { Logger } from '../contracts/logger.js';
import type { Metrics } from '../contracts/metrics.js';
import { coreError } from '../error/error-codes.js';
import type { TokenRate } from '../limit/token-bucket.js';

/** How a server behaves; resolved, complete and frozen. */
export interface ServerOptions {
  /** What `hello` calls this server, 1 to 80 characters. Default `Sidetone`. */
  readonly serverName: string;
  /** Name of the organization that exists from the first start, 1 to 80 characters. Default `Main`. */
  readonly organization: string;
  /** Channels that an organization without channels gets, at most 256. Default `['Lobby']`. */
  readonly initialChannels: readonly string[];
  /** How long one guard may take before it counts as a refusal. Default 1000 ms. */
  readonly guardTimeoutMs: number;
  /** For one `setup`, `onReady`, `onListen` or `onClose` of a plugin. Default 10,000 ms. */
  readonly setupTimeoutMs: number;
  /** How long a stop waits for sessions to leave by themselves. Default 5000 ms. */
  readonly drainTimeoutMs: number;
  /** From the opening of a connection to its authentication. Default 5000 ms. */
  readonly authenticationTimeoutMs: number;
  /**
   * How long a session waits for its client when the connection is cut, 0 to 600,000 ms; 0 ends it
   * with the connection. Default 60,000 ms.
   */
  readonly resumeTimeoutMs: number;
  /**
   * How often one IPv4 address, or IPv6 /64, may sign in, successfully or not, and separately how
   * often it may try resume tokens that are not good. Loopback is not limited. Default a burst of
   * 64 and 8 a second; each at most 100,000.
   */
  readonly signInRate: TokenRate;
  /** What a client may send; `hello` tells it. */
  readonly limits: Limits;
}

/** What a server works with from its first moment on; no plugin can replace it. */
export interface ServerServices {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** What `createServer` takes: each option may be left out, and so may each number of a group. */
export interface CreateServerOptions
  extends Partial<Omit<ServerOptions, 'limits' | 'signInRate'>>, Partial<ServerServices> {
  readonly signInRate?: Partial<TokenRate>;
  readonly limits?: Partial<Limits>;
}

const MAX_TIMEOUT_MS = 600_000;
const timeout = (defaultMs: number, minimum = 1): TSchema =>
  Type.Integer({ minimum, maximum: MAX_TIMEOUT_MS, default: defaultMs });
const count = (defaultCount: number, maximum: number, minimum = 1): TSchema =>
  Type.Integer({ minimum, maximum, default: defaultCount });
const name = (defaultName: string): TSchema => Type.String({ ...Name, default: defaultName });

const limits = {
  // Control transports end connections that send more than 64 KiB at once.
  messageBytes: count(65_536, 65_536, 4096),
  commandBurst: count(20, 1000),
  commandsPerSecond: count(5, 1000),
  targets: count(16, 256),
  routesPerTarget: count(8, 8),
  sources: count(4, 64),
  channelsJoined: count(64, 1024),
} satisfies Record<keyof Limits, TSchema>;

const signInRate = {
  burst: count(64, 100_000),
  perSecond: count(8, 100_000),
} satisfies Record<keyof TokenRate, TSchema>;

const optionsSchema = Type.Object({
  serverName: name('Sidetone'),
  organization: name('Main'),
  initialChannels: Type.Array(Name, { maxItems: 256, uniqueItems: true, default: ['Lobby'] }),
  guardTimeoutMs: timeout(1000),
  setupTimeoutMs: timeout(10_000),
  drainTimeoutMs: timeout(5000, 0),
  authenticationTimeoutMs: timeout(5000),
  resumeTimeoutMs: timeout(60_000, 0),
  signInRate: Type.Object(signInRate),
  limits: Type.Object(limits),
} satisfies Record<keyof ServerOptions, TSchema>);

const serviceMethods: Readonly<Record<keyof ServerServices, readonly string[]>> = {
  clock: ['now', 'wallTime', 'after', 'every'],
  log: ['error', 'warn', 'info', 'debug', 'child'],
  metrics: ['counter', 'snapshot'],
};

/**
 * Fills in the defaults. Throws one `ERR_OPTIONS_INVALID` that names every unknown option and
 * every value out of range, with their paths in `details.problems`.
 */
export function resolveServerOptions(given: CreateServerOptions = {}): ServerOptions {
  const problems: string[] = [];
  const options = resolveGroup(optionsSchema, withoutServices(given, problems), '', problems);
  if (problems.length > 0) {
    throw coreError(
      'ERR_OPTIONS_INVALID',
      `createServer cannot use these options: ${problems.join('; ')}`,
      { details: { problems } },
    );
  }
  return options as unknown as ServerOptions;
}

function withoutServices(given: unknown, problems: string[]): unknown {
  if (!isObject(given)) return given;
  const rest = { ...given };
  for (const [service, methods] of Object.entries(serviceMethods)) {
    const value = rest[service];
    delete rest[service];
    if (value === undefined) continue;
    const missing = methods.filter((method) => !isObject(value) || !isFunction(value[method]));
    if (missing.length > 0) problems.push(`"${service}" lacks the methods ${missing.join(', ')}`);
  }
  return rest;
}

function resolveGroup(
  schema: TObject,
  given: unknown,
  path: string,
  problems: string[],
): Readonly<Record<string, unknown>> {
  const known = Object.keys(schema.properties);
  const values = given === undefined ? {} : given;
  if (!isObject(values)) {
    problems.push(`"${path || 'options'}" has to be an object with ${known.join(', ')}`);
    return {};
  }
  for (const name of Object.keys(values)) {
    if (known.includes(name)) continue;
    problems.push(`"${path}${name}" is unknown; there are ${known.join(', ')}`);
  }
  const resolved = Object.entries(schema.properties).map(([name, property]) => {
    const value = values[name];
    return [
      name,
      Type.IsObject(property)
        ? resolveGroup(property, value, `${path}${name}.`, problems)
        : resolveValue(property, value, `${path}${name}`, problems),
    ] as const;
  });
  return Object.freeze(Object.fromEntries(resolved));
}

function resolveValue(
  schema: TSchema & { readonly default?: unknown },
  given: unknown,
  path: string,
  problems: string[],
): unknown {
  const value = given === undefined ? schema.default : given;
  for (const { instancePath, message } of Value.Errors(schema, value)) {
    problems.push(`"${path}${instancePath}" ${message}, but was ${JSON.stringify(value)}`);
  }
  return Array.isArray(value) ? Object.freeze([...(value as unknown[])]) : value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}
