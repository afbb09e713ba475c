import type { Environment } from '../config/load-settings.js';
import type { Terminal } from './read-secret.js';

/** What a command came to, and how people read it. */
export interface Performed {
  readonly result: unknown;
  readonly text: string;
  readonly exitCode: 0 | 1;
  /** Standard output has been written to already: this goes elsewhere. */
  readonly aside?: boolean;
}

/** What the program runs in. */
export interface Surroundings extends Terminal {
  readonly env: Environment;
  readonly output: NodeJS.WritableStream;
}
