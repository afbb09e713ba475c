import {
  createFakeClock,
  createRecordingLogger,
  type FakeClock,
  type RecordingLogger,
} from '@sidetone/testkit';
import type { DomainFactory } from '../../src/server/domain-port.js';
import type { Plugin, PluginContext } from '../../src/server/plugin.js';
import { SidetoneServer } from '../../src/server/server.js';
import { assembleServer } from '../../src/server/server-assembly.js';
import type { CreateServerOptions } from '../../src/server/server-options.js';
import type { OrganizationApi } from '../../src/api/organization-api.js';
import { ScriptedDomain } from './scripted-domain.js';

export interface ServerBench {
  readonly clock: FakeClock;
  readonly log: RecordingLogger;
  /** What happened, in order. */
  readonly steps: string[];
  /** The domain of the server; empty before it is made. */
  readonly domains: ScriptedDomain[];
  readonly server: SidetoneServer;
}

/** A server around a scripted domain, on a clock that stands. */
export function createServerBench(
  script: ConstructorParameters<typeof ScriptedDomain>[2] = {},
  options: CreateServerOptions = {},
): ServerBench {
  const clock = createFakeClock();
  const log = createRecordingLogger();
  const steps: string[] = [];
  const domains: ScriptedDomain[] = [];
  const createDomain: DomainFactory<OrganizationApi> = (dependencies) => {
    const domain = new ScriptedDomain(dependencies, steps, script);
    domains.push(domain);
    return domain;
  };
  const server = new SidetoneServer(assembleServer({ clock, log, ...options }, createDomain));
  return { clock, log, steps, domains, server };
}

type Script = Partial<Omit<Plugin, 'name' | 'version'>>;

/** A plugin that does what `setup` says and nothing else. */
export function plugin(name: string, script: Script = {}): Plugin {
  return { name, version: '1.0.0', setup: () => {}, ...script };
}

/** A plugin that writes each of its steps down. */
export function recordedPlugin(name: string, steps: string[], script: Script = {}): Plugin {
  return plugin(name, {
    ...script,
    setup: async (context: PluginContext) => {
      steps.push(`${name} setup`);
      context.onReady(() => void steps.push(`${name} onReady`));
      context.onListen(() => void steps.push(`${name} onListen`));
      context.onClose(() => void steps.push(`${name} onClose`));
      await script.setup?.(context);
    },
  });
}

export const never = (): Promise<void> => new Promise(() => {});
