import { join } from 'node:path';

/** The repository, as seen from this file. */
export const repository: string = join(import.meta.dirname, '..', '..');
