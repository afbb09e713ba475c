/** Every code this package throws, with what it means. */
export const errorCodes = {
  ERR_POSTGRES_OPTIONS: 'The options given to `postgres()` are not valid.',
  ERR_POSTGRES_CONNECT: 'The database cannot be reached, or does not let this user in.',
  ERR_POSTGRES_VERSION: 'The database is older than what Sidetone works with.',
} as const;

export type PostgresErrorCode = keyof typeof errorCodes;
