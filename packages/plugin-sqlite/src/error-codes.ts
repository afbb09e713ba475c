/** Every code this package throws, with what it means. */
export const errorCodes = {
  ERR_SQLITE_OPTIONS: 'The options given to `sqlite()` are not valid.',
  ERR_SQLITE_OPEN: 'The file cannot be opened, or is no SQLite database.',
} as const;

export type SqliteErrorCode = keyof typeof errorCodes;
