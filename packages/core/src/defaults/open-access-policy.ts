import type {
  AccessDecision,
  AccessPolicy,
  AccessScope,
  AccessSubject,
  PermissionName,
  SubjectAccess,
} from '../contracts/access-policy.js';

const EVERYBODY: readonly PermissionName[] = ['VIEW', 'JOIN', 'LISTEN', 'SPEAK', 'WHISPER'];
const OVER_ONESELF: readonly PermissionName[] = ['MUTE', 'DEAFEN'];

/**
 * Everybody may view, join, listen, speak, whisper, and mute and deafen themselves; all else only
 * the embedding program may. It never changes its mind.
 */
export class OpenAccessPolicy implements AccessPolicy {
  async load(subject: AccessSubject): Promise<SubjectAccess> {
    const explain = (permission: PermissionName, scope: AccessScope): AccessDecision =>
      decide(subject, permission, scope);
    return { explain, allows: (permission, scope) => explain(permission, scope).allowed };
  }

  onChange(): () => void {
    return () => {};
  }
}

function decide(
  subject: AccessSubject,
  permission: PermissionName,
  scope: AccessScope,
): AccessDecision {
  if (EVERYBODY.includes(permission)) {
    return verdict(true, `the open policy gives ${permission} to everybody`);
  }
  if (OVER_ONESELF.includes(permission)) {
    const allowed = scope.sessionId === subject.sessionId;
    const because = allowed
      ? `the open policy lets everybody use ${permission} on themselves`
      : `the open policy allows ${permission} on oneself only`;
    return verdict(allowed, because);
  }
  const because = `the open policy keeps ${permission} to the program that runs the server; a policy plugin gives it to people`;
  return verdict(false, because);
}

function verdict(allowed: boolean, text: string): AccessDecision {
  return { allowed, because: [{ text, effect: allowed ? 'allow' : 'deny' }] };
}
