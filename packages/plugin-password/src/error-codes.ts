/** Every error that this package throws at the program it runs in, and what it means. */
export const errorCodes = {
  ERR_PASSWORD_ACCOUNT_UNKNOWN: 'A password was to be set for an account that is not there.',
  ERR_PASSWORD_HASHER: 'The process that hashes passwords did not start; `cause` says why.',
  ERR_PASSWORD_OPTIONS: 'Options of `password()` are unknown or out of range.',
  ERR_PASSWORD_WEAK: 'A password is against the policy; `details.problem` says which part of it.',
} as const;

export type PasswordErrorCode = keyof typeof errorCodes;
