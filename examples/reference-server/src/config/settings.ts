import type { Limits } from '@sidetone/protocol';
import type { Secret } from './secret.js';

export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

export const guestRules = ['loopback', 'always', 'never'] as const;
export type GuestRule = (typeof guestRules)[number];

export const registrationRules = ['open', 'invite', 'closed'] as const;
export type RegistrationRule = (typeof registrationRules)[number];

/** What `sidetone.yaml` and the environment may set, group by group. */
export interface ConfiguredSettings {
  readonly listen: {
    readonly host: string;
    readonly port: number;
    readonly publicHost: string | null;
    readonly publicPort: number | null;
    readonly insecure: boolean;
    readonly origins: readonly string[];
  };
  readonly server: {
    readonly name: string;
    readonly drainTimeoutMs: number;
  };
  readonly organization: {
    readonly name: string;
    readonly channels: readonly string[];
  };
  readonly accounts: {
    readonly guests: GuestRule;
    readonly registration: RegistrationRule;
  };
  readonly passwords: {
    readonly minLength: number;
    readonly memoryKiB: number;
    readonly passes: number;
    readonly lanes: number;
  };
  readonly tokens: {
    readonly issuer: string | null;
    readonly audience: readonly string[];
    readonly keyFile: string | null;
    readonly jwksUrl: string | null;
    readonly organizationClaim: string | null;
    readonly rolesClaim: string | null;
    readonly nameClaim: string;
    readonly maxLifetimeS: number;
  };
  readonly groups: {
    readonly keyFile: string | null;
    readonly roles: readonly string[];
  };
  readonly database: {
    readonly urlFile: string | null;
    readonly maxConnections: number;
  };
  readonly sessions: {
    readonly resumeTimeoutMs: number;
    readonly signInBurst: number;
    readonly signInsPerSecond: number;
  };
  readonly limits: Limits;
  readonly log: {
    readonly level: LogLevel;
  };
}

/** Everything that decides how the reference server runs; resolved, complete and frozen. */
export interface Settings extends ConfiguredSettings {
  readonly dataDir: string;
  /** The file that was read; `null` where there is none. */
  readonly configFile: string | null;
  /** Of a PostgreSQL; `null`: SQLite in the data folder. */
  readonly databaseUrl: Secret | null;
  /** What tokens are checked with; `null`: nothing, or what `tokens.jwksUrl` gives. */
  readonly tokenKeys: Secret | null;
  /** What pushes of groups are signed with; `null`: there are none. */
  readonly groupsKey: Secret | null;
}
