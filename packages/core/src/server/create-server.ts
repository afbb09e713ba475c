import { Domain } from '../domain/domain.js';
import { assembleServer } from './server-assembly.js';
import { SidetoneServer } from './server.js';
import type { CreateServerOptions } from './server-options.js';

/**
 * Makes a server that has not started. Throws `ERR_OPTIONS_INVALID` with every problem of the
 * options. Without `log`, warnings and errors go to standard error as JSON lines.
 */
export function createServer(options: CreateServerOptions = {}): SidetoneServer {
  return new SidetoneServer(assembleServer(options, (dependencies) => new Domain(dependencies)));
}
