import { randomUUID } from 'node:crypto';
import { WireError, type MethodParams } from '@sidetone/protocol';
import { withoutStoreFailure } from '../command/store-failure.js';
import type { SubjectAccess } from '../contracts/access-policy.js';
import type { Clock } from '../contracts/clock.js';
import type { Identity } from '../contracts/authenticator.js';
import type { DomainDependencies } from '../domain/domain-dependencies.js';
import type { OrganizationRegistry } from '../organization/organization-registry.js';
import { admitTo, type Admitted } from './admittance.js';
import { failClosed } from './fail-closed-access.js';

/** What an authenticator, the stores and the access policy get together for one sign-in. */
const SIGN_IN_DEADLINE_MS = 10_000;

export interface SignIn extends Admitted {
  readonly sessionId: string;
  readonly access: SubjectAccess;
}

/** Turns credentials into all that a session needs. Throws `WireError`; logs no credential. */
export async function signIn(
  dependencies: DomainDependencies,
  registry: OrganizationRegistry,
  params: MethodParams<'session.authenticate'>,
  remoteAddress: string,
): Promise<SignIn> {
  const work = async (): Promise<SignIn> => {
    const identity = await authenticate(dependencies, params, remoteAddress);
    const wanted = { name: params.organization, identity, remoteAddress };
    const admitted = await admitTo(dependencies, registry, wanted);
    return prepare(dependencies, admitted, params.method);
  };
  return withDeadline(dependencies.clock, work());
}

/**
 * What a session of somebody who has signed in before needs; guards of signing in see it with the
 * method `resume`. Throws `WireError`.
 */
export function loadAccess(
  dependencies: DomainDependencies,
  admitted: Admitted,
  sessionId?: string,
): Promise<SignIn> {
  return withDeadline(dependencies.clock, prepare(dependencies, admitted, 'resume', sessionId));
}

async function prepare(
  { hooks, accessPolicy, log }: DomainDependencies,
  { organization, identity }: Admitted,
  method: string,
  sessionId: string = randomUUID(),
): Promise<SignIn> {
  const refusal = await hooks.refusal({
    command: 'session.authenticate',
    params: { method, organization: organization.name, name: identity.displayName },
    actor: { kind: 'session', sessionId, userId: identity.userId },
    organizationId: organization.id,
  });
  if (refusal) throw new WireError(refusal.code, refusal.message);
  const subject = { sessionId, organizationId: organization.id, identity };
  const access = failClosed(await accessPolicy.load(subject), sessionId, log);
  return { sessionId, organization, identity, access };
}

async function authenticate(
  { authenticators }: DomainDependencies,
  { method, credentials }: MethodParams<'session.authenticate'>,
  remoteAddress: string,
): Promise<Identity> {
  const authenticator = authenticators.find((candidate) => candidate.method === method);
  if (!authenticator) {
    const offered = authenticators.map((candidate) => `"${candidate.method}"`).join(', ');
    throw new WireError('INVALID_PARAMS', `"${method}" is no way to sign in here; use ${offered}`, {
      details: { path: '/method' },
    });
  }
  const result = await authenticator.authenticate(credentials, { remoteAddress });
  if (result.ok) return result.identity;
  throw new WireError(
    result.code,
    result.message,
    result.retryAfterMs === undefined ? {} : { retryAfterMs: result.retryAfterMs },
  );
}

function withDeadline<T>(clock: Clock, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(SIGN_IN_DEADLINE_MS, () => {
      reject(new WireError('REQUEST_TIMEOUT', 'signing in took too long; try again'));
    });
    work
      .then(resolve, (error: unknown) => reject(withoutStoreFailure(error) as Error))
      .finally(cancel);
  });
}
