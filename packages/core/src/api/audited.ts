import { WireError } from '@sidetone/protocol';
import { withoutStoreFailure } from '../command/store-failure.js';
import type { AuditLog } from '../contracts/audit-log.js';
import type { Clock } from '../contracts/clock.js';

export interface AuditedAction {
  readonly organizationId: string;
  /** Named like a command, for instance `user.create`. */
  readonly name: string;
  /** No secrets. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Does it, and writes down that it was done or why not. Rejects with `WireError`. */
export type Audited = <T>(action: AuditedAction, work: () => Promise<T>) => Promise<T>;

export function createAudited(
  { auditLog, clock }: { readonly auditLog: AuditLog; readonly clock: Clock },
  actorName: string,
): Audited {
  const append = ({ organizationId, name, details }: AuditedAction, refusal?: WireError): void => {
    auditLog.append({
      at: clock.wallTime(),
      organizationId,
      actor: { kind: 'program', name: actorName },
      action: name,
      details,
      outcome: refusal ? 'refused' : 'committed',
      ...(refusal ? { code: refusal.code } : {}),
    });
  };
  return async (action, work) => {
    try {
      const result = await work();
      append(action);
      return result;
    } catch (thrown) {
      const error = withoutStoreFailure(thrown);
      // Nobody knows whether it was done after all, where the store could not be reached.
      if (error instanceof WireError && error.code !== 'UNAVAILABLE') append(action, error);
      throw error;
    }
  };
}

/** As a client is answered: for what changes nothing. Rejects with `WireError`. */
export async function answered<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw withoutStoreFailure(error);
  }
}
