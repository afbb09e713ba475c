import path from 'node:path';

const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface Settings {
  readonly host: string;
  /** TCP and, under the same number, UDP; 0 takes free ones. */
  readonly port: number;
  readonly dataDir: string;
  readonly logLevel: LogLevel;
  readonly insecure: boolean;
}

/** Reads the environment. Throws one `Error` that names every variable it cannot use. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];
  const port = Number(env['SIDETONE_PORT'] ?? '8470');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    problems.push(`SIDETONE_PORT "${env['SIDETONE_PORT']}" is no port; give 0 to 65535`);
  }
  const logLevel = logLevels.find((level) => level === (env['SIDETONE_LOG'] ?? 'warn'));
  if (logLevel === undefined) {
    problems.push(
      `SIDETONE_LOG "${env['SIDETONE_LOG']}" is no level; give ${logLevels.join(', ')}`,
    );
  }
  const insecure = env['SIDETONE_INSECURE'] ?? '';
  if (!['', '0', '1'].includes(insecure)) {
    problems.push(`SIDETONE_INSECURE "${insecure}" is neither 0 nor 1`);
  }
  if (problems.length > 0 || logLevel === undefined) throw new Error(problems.join('; '));
  return {
    host: env['SIDETONE_HOST'] || '127.0.0.1',
    port,
    dataDir: path.resolve(env['SIDETONE_DATA_DIR'] || 'data'),
    logLevel,
    insecure: insecure === '1',
  };
}
