/** Every error that this package throws at the program it runs in, and what it means. */
export const errorCodes = {
  ERR_TOKEN_OPTIONS: 'Options of `token()` are unknown, missing or of no use.',
} as const;

export type TokenErrorCode = keyof typeof errorCodes;
