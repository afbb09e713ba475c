import type { OrganizationsApi } from '../api/organizations-api.js';
import type { UsersApi } from '../api/users-api.js';
import type { Directory } from '../contracts/directory.js';
import type { ControlIngress } from '../contracts/control-transport.js';
import type { Sessions } from '../contracts/sessions.js';
import type { VoiceIngress } from '../contracts/voice-ingress.js';
import type { DomainDependencies } from '../domain/domain-dependencies.js';

/** The domain as the lifecycle drives it. */
export interface DomainPort<OrganizationApi = unknown> {
  readonly controlIngress: ControlIngress;
  readonly voiceIngress: VoiceIngress;
  readonly sessions: Sessions;
  readonly directory: Directory;
  readonly users: UsersApi;
  readonly organizations: OrganizationsApi;
  /** Loads organizations and channels. */
  open(): Promise<void>;
  /** Refuses new sessions, tells present ones, and waits until they are closed or time is up. */
  drain(deadlineMs: number): Promise<void>;
  /** Stops timers and forgets keys. Called once `open` was called, whatever became of it. */
  close(): void | Promise<void>;
  /** Without a name the organization that the options name. */
  organization(nameOrId?: string): OrganizationApi;
}

export type DomainFactory<OrganizationApi = unknown> = (
  dependencies: DomainDependencies,
) => DomainPort<OrganizationApi>;
