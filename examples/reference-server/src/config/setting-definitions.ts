import { Name } from '@sidetone/protocol';
import { Type } from 'typebox';
import { choice, flag, integer, list, text, type SettingDefinition } from './setting-definition.js';
import { guestRules, logLevels, registrationRules, type ConfiguredSettings } from './settings.js';

export type SettingGroupName = keyof ConfiguredSettings;

type Definitions = {
  readonly [G in SettingGroupName]: {
    readonly [K in keyof ConfiguredSettings[G]]: SettingDefinition<ConfiguredSettings[G][K]>;
  };
};

const MAX_TIMEOUT_MS = 600_000;
const oneLine = { values: 'a text of 1 to 80 characters on one line', schema: Name };
const host = { values: 'an address or a host name' };
const file = { values: 'the path of a file' };

/** Every key of `sidetone.yaml`, in the order of the reference page. */
export const settingDefinitions: Definitions = {
  listen: {
    host: text<string>(
      {
        preset: '127.0.0.1',
        variable: 'SIDETONE_HOST',
        meaning:
          'Address to bind, TCP and UDP. Others than this machine reach it only with `insecure`, or through a TLS proxy.',
      },
      host,
    ),
    port: integer<number>(
      {
        preset: 8470,
        variable: 'SIDETONE_PORT',
        meaning: 'TCP and, under the same number, UDP; 0 takes free ones.',
      },
      0,
      65_535,
    ),
    publicHost: text<string | null>(
      {
        preset: null,
        variable: 'SIDETONE_PUBLIC_HOST',
        meaning: 'Where clients send voice over UDP, if not to the host they are connected to.',
      },
      host,
    ),
    publicPort: integer<number | null>(
      {
        preset: null,
        variable: 'SIDETONE_PUBLIC_PORT',
        meaning: 'The UDP port that clients see, where something in between maps it.',
      },
      1,
      65_535,
    ),
    insecure: flag({
      preset: false,
      variable: 'SIDETONE_INSECURE',
      meaning: 'Bind an address that others reach, although nothing encrypts what travels.',
    }),
    origins: list(
      {
        preset: [],
        variable: 'SIDETONE_ORIGINS',
        meaning: 'Other sites whose pages may connect, as browsers name them.',
      },
      {
        values: 'a list of origins such as https://app.example.org',
        item: Type.String({ pattern: '^[a-z][a-z0-9+.-]*://[^/?#@\\s]+$', maxLength: 255 }),
        maxItems: 64,
      },
    ),
  },
  server: {
    name: text<string>(
      {
        preset: 'Sidetone',
        variable: 'SIDETONE_SERVER_NAME',
        meaning: 'What clients are told they are connected to.',
      },
      oneLine,
    ),
    drainTimeoutMs: integer<number>(
      {
        preset: 5000,
        variable: 'SIDETONE_DRAIN_TIMEOUT_MS',
        meaning: 'How long a stop waits for sessions to leave by themselves.',
      },
      0,
      MAX_TIMEOUT_MS,
    ),
  },
  organization: {
    name: text<string>(
      {
        preset: 'Main',
        variable: 'SIDETONE_ORGANIZATION',
        meaning:
          'The organization that is there from the first start, and where who names none signs in. One of another name is added beside those that are kept.',
      },
      oneLine,
    ),
    channels: list(
      {
        preset: ['Lobby', 'Command', 'Flight', 'Ground', 'Logistics'],
        variable: 'SIDETONE_CHANNELS',
        meaning: 'Channels that it gets as long as it has none.',
      },
      {
        values: 'a list of at most 256 names, none twice',
        item: Name,
        maxItems: 256,
      },
    ),
  },
  accounts: {
    guests: choice(
      {
        preset: 'loopback',
        variable: 'SIDETONE_GUESTS',
        meaning:
          'Whether somebody without an account may sign in: `loopback` as long as the server binds this machine alone.',
      },
      guestRules,
    ),
    registration: choice(
      {
        preset: 'invite',
        variable: 'SIDETONE_REGISTRATION',
        meaning:
          'Who may make an account: everybody, whoever has a code of `sidetone invite create`, or nobody but administrators.',
      },
      registrationRules,
    ),
  },
  passwords: {
    minLength: integer<number>(
      {
        preset: 15,
        variable: 'SIDETONE_PASSWORD_MIN_LENGTH',
        meaning: 'Characters of the shortest password that is taken.',
      },
      15,
      64,
    ),
    memoryKiB: integer<number>(
      {
        preset: 19_456,
        variable: 'SIDETONE_PASSWORD_MEMORY_KIB',
        meaning:
          'Memory of one Argon2id hash. Whoever signs in after this, or the two below, were raised has their password hashed again.',
      },
      19_456,
      1_048_576,
    ),
    passes: integer<number>(
      {
        preset: 2,
        variable: 'SIDETONE_PASSWORD_PASSES',
        meaning: 'Passes of a hash over its memory.',
      },
      2,
      32,
    ),
    lanes: integer<number>(
      { preset: 1, variable: 'SIDETONE_PASSWORD_LANES', meaning: 'Lanes of a hash.' },
      1,
      16,
    ),
  },
  tokens: {
    issuer: text<string | null>({
      preset: null,
      variable: 'SIDETONE_TOKEN_ISSUER',
      meaning: 'Who makes tokens that sign in here (`iss`). Without it there are none.',
    }),
    audience: list(
      {
        preset: [],
        variable: 'SIDETONE_TOKEN_AUDIENCE',
        meaning: 'Names of this server, of which a token has to have one (`aud`).',
      },
      {
        values: 'a list of 1 to 16 texts of 1 to 255 characters',
        item: Type.String({ minLength: 1, maxLength: 255 }),
        maxItems: 16,
      },
    ),
    keyFile: text<string | null>(
      {
        preset: null,
        variable: 'SIDETONE_TOKEN_KEY_FILE',
        meaning:
          'What tokens are checked with: a public key in PEM, a set of them (JWKS), or else a shared secret of at least 32 bytes. `SIDETONE_TOKEN_KEY` may hold it instead.',
      },
      file,
    ),
    jwksUrl: text<string | null>(
      {
        preset: null,
        variable: 'SIDETONE_TOKEN_JWKS_URL',
        meaning: 'Where the set of public keys is to be had, in place of a key here.',
      },
      { values: 'an address with https' },
    ),
    organizationClaim: text<string | null>({
      preset: null,
      variable: 'SIDETONE_TOKEN_ORGANIZATION_CLAIM',
      meaning:
        'Claim with the organization that a token is good for, which each one needs then. Without it, a token is good for all.',
    }),
    rolesClaim: text<string | null>({
      preset: null,
      variable: 'SIDETONE_TOKEN_ROLES_CLAIM',
      meaning: 'Claim with the names of roles that hold for the session.',
    }),
    nameClaim: text<string>({
      preset: 'name',
      variable: 'SIDETONE_TOKEN_NAME_CLAIM',
      meaning: 'Claim with what others see.',
    }),
    maxLifetimeS: integer<number>(
      {
        preset: 86_400,
        variable: 'SIDETONE_TOKEN_MAX_LIFETIME_S',
        meaning: 'Longest time that a token may be good for, in seconds.',
      },
      60,
      2_678_400,
    ),
  },
  groups: {
    keyFile: text<string | null>(
      {
        preset: null,
        variable: 'SIDETONE_GROUPS_KEY_FILE',
        meaning:
          'A file with the shared secret of at least 32 bytes that signs `POST /sidetone/groups`, by which another program sets roles. `SIDETONE_GROUPS_KEY` may hold it instead. Without either nothing is there to be posted to.',
      },
      file,
    ),
    roles: list(
      {
        preset: [],
        variable: 'SIDETONE_GROUPS_ROLES',
        meaning:
          'Names of the roles that are set so, in every organization: who is posted has, of these, exactly those that are named. All other roles stay.',
      },
      { values: 'a list of 1 to 64 names', item: Name, maxItems: 64 },
    ),
  },
  database: {
    urlFile: text<string | null>(
      {
        preset: null,
        variable: 'SIDETONE_DATABASE_URL_FILE',
        meaning:
          'A file with nothing but the URL of a PostgreSQL, `postgres://user:password@host:port/database`. `SIDETONE_DATABASE_URL` may hold it instead. Without either, everything is in `sidetone.db` in the data folder.',
      },
      file,
    ),
    maxConnections: integer<number>(
      {
        preset: 10,
        variable: 'SIDETONE_DATABASE_CONNECTIONS',
        meaning: 'Connections to PostgreSQL at a time.',
      },
      1,
      100,
    ),
  },
  sessions: {
    resumeTimeoutMs: integer<number>(
      {
        preset: 60_000,
        variable: 'SIDETONE_RESUME_TIMEOUT_MS',
        meaning:
          'How long a session waits for its client when the connection is cut; 0: not at all.',
      },
      0,
      MAX_TIMEOUT_MS,
    ),
    signInBurst: integer<number>(
      {
        preset: 64,
        variable: 'SIDETONE_SIGN_IN_BURST',
        meaning: 'Sign-ins of one address at once. Loopback is not limited.',
      },
      1,
      100_000,
    ),
    signInsPerSecond: integer<number>(
      {
        preset: 8,
        variable: 'SIDETONE_SIGN_INS_PER_SECOND',
        meaning: 'Sign-ins of one address a second, after the burst.',
      },
      1,
      100_000,
    ),
  },
  limits: {
    messageBytes: limit(65_536, 4096, 65_536, 'MESSAGE_BYTES', 'Longest control message.'),
    commandBurst: limit(20, 1, 1000, 'COMMAND_BURST', 'Commands of a session at once.'),
    commandsPerSecond: limit(
      5,
      1,
      1000,
      'COMMANDS_PER_SECOND',
      'Commands of a session a second, after the burst.',
    ),
    targets: limit(16, 1, 256, 'TARGETS', 'Talk targets of a session.'),
    routesPerTarget: limit(8, 1, 8, 'ROUTES_PER_TARGET', 'Channels, users and so on of a target.'),
    sources: limit(4, 1, 64, 'SOURCES', 'Microphones and players of a session.'),
    channelsJoined: limit(64, 1, 1024, 'CHANNELS_JOINED', 'Channels that a session is in.'),
  },
  log: {
    level: choice(
      {
        preset: 'warn',
        variable: 'SIDETONE_LOG',
        meaning: 'What is written to standard error, as JSON lines.',
      },
      logLevels,
    ),
  },
};

function limit(
  preset: number,
  minimum: number,
  maximum: number,
  name: string,
  meaning: string,
): SettingDefinition<number> {
  return integer<number>({ preset, variable: `SIDETONE_LIMIT_${name}`, meaning }, minimum, maximum);
}
