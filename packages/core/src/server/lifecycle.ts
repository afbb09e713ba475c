import { methods } from '@sidetone/protocol';
import type { Container } from '../container.js';
import { HealthCheck } from '../contracts/health.js';
import { coreError } from '../error/error-codes.js';
import { errorMessage } from '../error/error-message.js';
import type { PluginHooks } from '../hook/plugin-hooks.js';
import { withDeadline } from './deadline.js';
import type { DefaultProvider } from './default-providers.js';
import type { DomainFactory, DomainPort } from './domain-port.js';
import { gatherDependencies, provideDoors } from './domain-wiring.js';
import type { ExtensionRegistry } from './extensions.js';
import { holdProcess } from './hold-process.js';
import type { Plugin } from './plugin.js';
import { PluginBoot } from './plugin-boot.js';
import type { ServerOptions, ServerServices } from './server-options.js';
import { StoreGate } from './store-gate.js';

export type LifecycleStatus = 'idle' | 'starting' | 'running' | 'stopping' | 'stopped';

export interface LifecycleParts<Api> {
  readonly services: ServerServices;
  readonly options: ServerOptions;
  readonly container: Container;
  readonly hooks: PluginHooks;
  readonly extensions: ExtensionRegistry;
  readonly defaults: readonly DefaultProvider[];
  readonly createDomain: DomainFactory<Api>;
}

/** What the domain gets over its own deadline, to close what did not leave by itself. */
const DRAIN_GRACE_MS = 1000;

/** Takes one server up once and down once. */
export class Lifecycle<Api> {
  readonly #parts: LifecycleParts<Api>;
  readonly #plugins: PluginBoot;
  #status: LifecycleStatus = 'idle';
  #domain: DomainPort<Api> | null = null;
  #domainOpened = false;
  #failuresOfRollback: readonly unknown[] = [];
  #starting: Promise<void> | null = null;
  #stopping: Promise<void> | null = null;

  constructor(parts: LifecycleParts<Api>) {
    const { services, options } = parts;
    this.#parts = parts;
    this.#plugins = new PluginBoot({
      ...parts,
      ...services,
      timeoutMs: options.setupTimeoutMs,
      checkpoint: () => this.#requireStillWanted(),
    });
  }

  get status(): LifecycleStatus {
    return this.#status;
  }

  /** Throws `ERR_SERVER_NOT_STARTED` or `ERR_SERVER_STOPPED` unless the server runs. */
  requireDomain(): DomainPort<Api> {
    if (this.#status === 'running' && this.#domain !== null) return this.#domain;
    if (this.#status === 'idle' || this.#status === 'starting') {
      throw coreError('ERR_SERVER_NOT_STARTED', 'the server has not started: await start() first');
    }
    throw stoppedError();
  }

  async start(plugins: readonly Plugin[]): Promise<void> {
    if (this.#stopping !== null || this.#status === 'stopped') throw stoppedError();
    if (this.#status !== 'idle') {
      throw coreError('ERR_SERVER_STARTED', 'the server was started already: start it once');
    }
    this.#status = 'starting';
    this.#starting = holdProcess(() => this.#open(plugins));
    await this.#starting;
  }

  /** Always the same promise. */
  stop(): Promise<void> {
    this.#stopping ??= holdProcess(() => this.#stop());
    return this.#stopping;
  }

  async #open(plugins: readonly Plugin[]): Promise<void> {
    const { log } = this.#parts.services;
    try {
      await this.#plugins.setUp(plugins);
      this.#requireStillWanted();
      // Only now, as a plugin may guard the method of one that is set up after it.
      this.#parts.hooks.requireGuardsInUse(
        new Set([...Object.keys(methods), ...this.#parts.extensions.methods.keys()]),
      );
      await this.#openDomain();
      await this.#plugins.run('onReady');
      await this.#plugins.run('onListen');
      this.#requireStillWanted();
      this.#status = 'running';
      log.info('the server has started', { plugins: plugins.map(({ name }) => name) });
    } catch (error) {
      this.#status = 'stopping';
      this.#failuresOfRollback = await this.#close();
      this.#status = 'stopped';
      for (const failure of this.#failuresOfRollback) {
        log.error('a step of the roll-back failed after the start had failed', { error: failure });
      }
      throw error;
    }
  }

  async #openDomain(): Promise<void> {
    const { services, options, container, hooks, extensions, createDomain } = this.#parts;
    const gate = new StoreGate(services);
    const ground = { ...services, options, hooks, extensions };
    const domain = createDomain(gatherDependencies(container, ground, gate));
    this.#domain = domain;
    await this.#runOwnStep('loading organizations and channels', options.setupTimeoutMs, () =>
      domain.open(),
    );
    gate.arm();
    this.#domainOpened = true;
    provideDoors(container, domain);
    container.provide(HealthCheck, () => gate.health);
  }

  async #stop(): Promise<void> {
    // Why it failed is told to whoever started the server.
    await this.#starting?.catch(() => {});
    const failures =
      this.#status === 'running' ? await this.#closeRunning() : this.#failuresOfRollback;
    this.#status = 'stopped';
    if (failures.length === 0) {
      this.#parts.services.log.info('the server has stopped');
      return;
    }
    const list = failures.map((failure) => `\n  - ${errorMessage(failure)}`).join('');
    throw new AggregateError(failures, `the server has stopped, but not cleanly:${list}`);
  }

  #closeRunning(): Promise<unknown[]> {
    this.#status = 'stopping';
    return this.#close();
  }

  /** Last in, first out, whatever fails on the way. Returns all failures. */
  async #close(): Promise<unknown[]> {
    const domain = this.#domain;
    const { options, hooks } = this.#parts;
    const failures: unknown[] = [];
    const attempt = async (step: string, timeoutMs: number, run: () => void | Promise<void>) =>
      this.#runOwnStep(step, timeoutMs, run).catch((error: unknown) => failures.push(error));
    if (domain !== null && this.#domainOpened) {
      const { drainTimeoutMs } = options;
      await attempt('draining the sessions', drainTimeoutMs + DRAIN_GRACE_MS, () =>
        domain.drain(drainTimeoutMs),
      );
    }
    hooks.flush();
    failures.push(...(await this.#plugins.close()));
    if (domain !== null) {
      await attempt('closing the domain', options.setupTimeoutMs, () => domain.close());
    }
    hooks.flush();
    return failures;
  }

  #runOwnStep(step: string, timeoutMs: number, run: () => void | Promise<void>): Promise<void> {
    return withDeadline(this.#parts.services.clock, timeoutMs, run, () =>
      coreError('ERR_SERVER_TIMEOUT', `${step} took longer than ${timeoutMs} ms`, {
        details: { step },
      }),
    );
  }

  #requireStillWanted(): void {
    if (this.#stopping !== null) {
      throw coreError('ERR_SERVER_STOPPED', 'the server was stopped while it started');
    }
  }
}

function stoppedError(): Error {
  return coreError(
    'ERR_SERVER_STOPPED',
    'the server has stopped and does not start again: make a new one with createServer',
  );
}
