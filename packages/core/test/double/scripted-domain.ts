import type { OrganizationApi } from '../../src/api/organization-api.js';
import type { OrganizationsApi } from '../../src/api/organizations-api.js';
import type { UsersApi } from '../../src/api/users-api.js';
import type { ControlIngress } from '../../src/contracts/control-transport.js';
import type { Directory } from '../../src/contracts/directory.js';
import type { Sessions } from '../../src/contracts/sessions.js';
import type { VoiceIngress } from '../../src/contracts/voice-ingress.js';
import type { DomainDependencies } from '../../src/domain/domain-dependencies.js';
import type { DomainPort } from '../../src/server/domain-port.js';

type Step = 'open' | 'drain' | 'close';

/** A domain that writes down what the lifecycle does with it, and fails or hangs where told. */
export class ScriptedDomain implements DomainPort<OrganizationApi> {
  readonly dependencies: DomainDependencies;
  readonly controlIngress = {} as ControlIngress;
  readonly voiceIngress = {} as VoiceIngress;
  readonly sessions = {} as Sessions;
  readonly directory = {} as Directory;
  readonly users = {} as UsersApi;
  readonly organizations = {} as OrganizationsApi;
  readonly #steps: string[];
  readonly #script: Partial<Record<Step, () => void | Promise<void>>>;

  constructor(
    dependencies: DomainDependencies,
    steps: string[],
    script: Partial<Record<Step, () => void | Promise<void>>> = {},
  ) {
    this.dependencies = dependencies;
    this.#steps = steps;
    this.#script = script;
  }

  async open(): Promise<void> {
    this.#steps.push('domain open');
    await this.#script.open?.();
  }

  async drain(deadlineMs: number): Promise<void> {
    this.#steps.push(`domain drain ${deadlineMs}`);
    await this.#script.drain?.();
  }

  async close(): Promise<void> {
    this.#steps.push('domain close');
    await this.#script.close?.();
  }

  organization(nameOrId = this.dependencies.options.organization): OrganizationApi {
    return { name: nameOrId } as OrganizationApi;
  }
}
