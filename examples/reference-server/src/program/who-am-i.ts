import os from 'node:os';

/** For the audit log. */
export function whoAmI(): string {
  try {
    return os.userInfo().username.slice(0, 80) || 'unknown';
  } catch (error) {
    // A user without a name, as containers have them.
    if (error instanceof Error) return `uid ${process.getuid?.() ?? 'unknown'}`;
    throw error;
  }
}
