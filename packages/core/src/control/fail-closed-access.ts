import type { SubjectAccess } from '../contracts/access-policy.js';
import type { Logger } from '../contracts/logger.js';

/**
 * What a policy says of one session, with a throw as a no. It is asked on the packet path and for
 * others' sake too, where a throw would end more than the session's own request. Logged once.
 */
export function failClosed(access: SubjectAccess, sessionId: string, log: Logger): SubjectAccess {
  let told = false;
  return {
    allows(permission, scope) {
      try {
        return access.allows(permission, scope);
      } catch (error) {
        if (!told) log.error('the access policy threw: refused', { sessionId, permission, error });
        told = true;
        return false;
      }
    },
    explain(permission, scope, asker) {
      try {
        return access.explain(permission, scope, asker);
      } catch (error) {
        log.error('the access policy threw: not explained', { sessionId, permission, error });
        return {
          allowed: false,
          because: [
            { text: 'the access policy failed; the log of the server says why', effect: 'deny' },
          ],
        };
      }
    },
  };
}
