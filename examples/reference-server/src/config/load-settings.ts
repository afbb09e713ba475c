import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Value } from 'typebox/value';
import { readConfigFile, type FileValue } from './config-file.js';
import { ConfigError, type ConfigProblem } from './config-problem.js';
import { Secret } from './secret.js';
import type { SettingDefinition } from './setting-definition.js';
import { settingDefinitions } from './setting-definitions.js';
import type { ConfiguredSettings, Settings } from './settings.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const CONFIG_NAME = 'sidetone.yaml';
const MAX_SECRET_BYTES = 65_536;

/**
 * The environment before the file before the defaults. The file is `SIDETONE_CONFIG`, or
 * `sidetone.yaml` in the data folder if it is there. Rejects with one `ConfigError` that names
 * everything it cannot use.
 */
export async function loadSettings(env: Environment): Promise<Settings> {
  const dataDir = path.resolve(given(env, 'SIDETONE_DATA_DIR') ?? 'data');
  const named = given(env, 'SIDETONE_CONFIG');
  const configFile = path.resolve(named ?? path.join(dataDir, CONFIG_NAME));
  const file = await readConfigFile(configFile, named !== undefined);
  const problems: ConfigProblem[] = [...(file?.problems ?? [])];
  const configured = resolve(env, file?.values ?? new Map(), problems);
  const near = path.dirname(configFile);
  const secrets = await readSecrets(configured, { env, near, fromFile: file?.values, problems });
  requireWholeTokens(configured, secrets.tokenKeys, problems);
  requireWholeGroups(configured, secrets.groupsKey, problems);
  if (problems.length > 0) throw new ConfigError(problems, configFile);
  return Object.freeze({
    ...configured,
    ...secrets,
    dataDir,
    configFile: file === null ? null : configFile,
  });
}

/** An empty variable counts as none, as shells and containers mean it. */
function given(env: Environment, variable: string): string | undefined {
  return env[variable] || undefined;
}

function resolve(
  env: Environment,
  file: ReadonlyMap<string, FileValue>,
  problems: ConfigProblem[],
): ConfiguredSettings {
  const groups = Object.entries(settingDefinitions).map(([group, definitions]) => {
    const settings = Object.entries(definitions as Record<string, SettingDefinition>).map(
      ([key, definition]) => {
        const kept = file.get(`${group}.${key}`);
        return [key, resolveOne(`${group}.${key}`, definition, { env, kept, problems })] as const;
      },
    );
    return [group, Object.freeze(Object.fromEntries(settings))] as const;
  });
  return Object.fromEntries(groups) as unknown as ConfiguredSettings;
}

interface Sources {
  readonly env: Environment;
  readonly kept: FileValue | undefined;
  readonly problems: ConfigProblem[];
}

/** A value of the file that a variable overrides has to be right all the same. */
function resolveOne(
  name: string,
  { schema, values, variable, preset, read }: SettingDefinition,
  { env, kept, problems }: Sources,
): unknown {
  const written = kept?.value === null ? undefined : kept?.value;
  if (written !== undefined && !Value.Check(schema, written)) {
    const text = `"${name}" is ${shown(written)}; it has to be ${values}`;
    problems.push({ line: kept?.line ?? null, text });
  }
  const override = given(env, variable);
  if (override === undefined) return written ?? preset;
  const value = read(override);
  if (!Value.Check(schema, value)) {
    const text = `${variable} "${override.slice(0, 80)}" is of no use; it has to be ${values}`;
    problems.push({ line: null, text });
  }
  return value;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)} ...` : text;
}

interface SecretSources {
  readonly env: Environment;
  /** Folder that paths of the configuration file begin in. */
  readonly near: string;
  readonly fromFile: ReadonlyMap<string, FileValue> | undefined;
  readonly problems: ConfigProblem[];
}

async function readSecrets(
  { database, tokens, groups }: ConfiguredSettings,
  sources: SecretSources,
): Promise<Pick<Settings, 'databaseUrl' | 'tokenKeys' | 'groupsKey'>> {
  const read = (variable: string, key: string, file: string | null): Promise<Secret | null> =>
    readSecret({ variable, key, file }, sources);
  const databaseUrl = await read('SIDETONE_DATABASE_URL', 'database.urlFile', database.urlFile);
  if (databaseUrl !== null && !isPostgresUrl(databaseUrl.reveal())) {
    const text =
      'the URL of the database (SIDETONE_DATABASE_URL) has to look like postgres://user:password@host:port/database';
    sources.problems.push({ line: null, text });
  }
  return {
    databaseUrl,
    tokenKeys: await read('SIDETONE_TOKEN_KEY', 'tokens.keyFile', tokens.keyFile),
    groupsKey: await read('SIDETONE_GROUPS_KEY', 'groups.keyFile', groups.keyFile),
  };
}

async function readSecret(
  { variable, key, file }: { variable: string; key: string; file: string | null },
  { env, near, fromFile, problems }: SecretSources,
): Promise<Secret | null> {
  const inline = given(env, variable);
  if (inline !== undefined) return new Secret(inline);
  if (file === null) return null;
  const overridden = given(env, `${variable}_FILE`) !== undefined;
  const line = overridden ? null : (fromFile?.get(key)?.line ?? null);
  const complete = overridden ? path.resolve(file) : path.resolve(near, file);
  try {
    const text = (await readFile(complete, 'utf8')).trim();
    if (text !== '' && text.length <= MAX_SECRET_BYTES) return new Secret(text);
    problems.push({ line, text: `"${complete}" of ${key} is empty or too long` });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    problems.push({ line, text: `"${complete}" of ${key} cannot be read: ${reason}` });
  }
  return null;
}

function isPostgresUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname } = new URL(text);
  return ['postgres:', 'postgresql:'].includes(protocol) && pathname.length > 1;
}

/** One without the others would take tokens that were meant for somebody else. */
function requireWholeTokens(
  { tokens: { issuer, audience, keyFile, jwksUrl } }: ConfiguredSettings,
  keys: Secret | null,
  problems: ConfigProblem[],
): void {
  // A file that could not be read has been complained of.
  const ways = [keys ?? keyFile, jwksUrl].filter((way) => way !== null).length;
  if (issuer === null && audience.length === 0 && ways === 0) return;
  if (issuer !== null && audience.length > 0 && ways === 1) return;
  const text =
    'tokens need "tokens.issuer", "tokens.audience" and one of "tokens.keyFile", SIDETONE_TOKEN_KEY and "tokens.jwksUrl"';
  problems.push({ line: null, text });
}

const LEAST_GROUPS_KEY_BYTES = 32;

function requireWholeGroups(
  { groups: { keyFile, roles } }: ConfiguredSettings,
  key: Secret | null,
  problems: ConfigProblem[],
): void {
  if (key !== null && Buffer.byteLength(key.reveal()) < LEAST_GROUPS_KEY_BYTES) {
    const text = `the key of groups (SIDETONE_GROUPS_KEY) needs ${LEAST_GROUPS_KEY_BYTES} bytes or more`;
    problems.push({ line: null, text });
  }
  // A file that could not be read has been complained of.
  if ((key ?? keyFile) === null ? roles.length === 0 : roles.length > 0) return;
  const text = 'groups need "groups.roles" and one of "groups.keyFile" and SIDETONE_GROUPS_KEY';
  problems.push({ line: null, text });
}
