import { Container } from '../container.js';
import { pinoLogger } from '../defaults/pino-logger.js';
import { MemoryMetrics } from '../defaults/memory-metrics.js';
import { SystemClock } from '../defaults/system-clock.js';
import { Clock } from '../contracts/clock.js';
import { Logger } from '../contracts/logger.js';
import { Metrics } from '../contracts/metrics.js';
import { PluginHooks } from '../hook/plugin-hooks.js';
import { createDefaultProviders } from './default-providers.js';
import { ExtensionRegistry } from './extensions.js';
import type { ServerParts } from './server.js';
import {
  resolveServerOptions,
  type CreateServerOptions,
  type ServerServices,
} from './server-options.js';

/** The parts of a server around a domain; nothing in them is shared with another server. */
export function assembleServer(
  given: CreateServerOptions,
  createDomain: ServerParts['createDomain'],
): ServerParts {
  const options = resolveServerOptions(given);
  const services: ServerServices = {
    clock: given.clock ?? new SystemClock(),
    log: given.log ?? pinoLogger({ level: 'warn' }),
    metrics: given.metrics ?? new MemoryMetrics(),
  };
  const container = new Container();
  container.provide(Clock, () => services.clock);
  container.provide(Logger, () => services.log);
  container.provide(Metrics, () => services.metrics);
  return {
    services,
    options,
    container,
    hooks: new PluginHooks({ ...services, guardTimeoutMs: options.guardTimeoutMs }),
    extensions: new ExtensionRegistry(),
    defaults: createDefaultProviders(services),
    createDomain,
  };
}
