/** One thing that is wrong with what the operator wrote. */
export interface ConfigProblem {
  /** In the configuration file, from 1; `null` for the environment. */
  readonly line: number | null;
  readonly text: string;
}

/** Everything that is wrong at once, without any secret. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], configFile: string | null) {
    super(messageOf(problems, configFile));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** In one line without problems of the file; otherwise each on a line of its own. */
function messageOf(problems: readonly ConfigProblem[], configFile: string | null): string {
  const inFile = problems.filter(({ line }) => line !== null);
  const others = problems.filter(({ line }) => line === null).map(({ text }) => text);
  if (inFile.length === 0) return others.join('; ');
  const lines = inFile.map(({ line, text }) => `\n  line ${line}: ${text}`);
  return `"${configFile}" cannot be used:${lines.join('')}${others.map((text) => `\n  ${text}`).join('')}`;
}
