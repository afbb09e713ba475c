/**
 * Whether a client may come back by itself: `retry` at its own pace, `retryAfter` not before the
 * milliseconds that the `closing` notification names, `never` without a person's or program's new decision.
 */
export type ComeBack = 'retry' | 'retryAfter' | 'never';

interface CloseCodeEntry {
  readonly code: number;
  readonly comeBack: ComeBack;
  readonly meaning: string;
}

/** Close codes of the control connection (RFC 6455 section 7.4.2: 4000-4999 are for private use). */
export const closeCodes = {
  PROTOCOL_ERROR: { code: 4000, comeBack: 'never', meaning: 'The peer broke the protocol.' },
  AUTHENTICATION_TIMEOUT: {
    code: 4001,
    comeBack: 'retry',
    meaning: 'No authentication came in time.',
  },
  AUTHENTICATION_FAILED: {
    code: 4002,
    comeBack: 'never',
    meaning: 'Too many failed authentications on one connection.',
  },
  KICKED: { code: 4003, comeBack: 'never', meaning: 'Somebody entitled removed the session.' },
  SESSION_CLOSED: { code: 4004, comeBack: 'never', meaning: 'The client closed its session.' },
  SLOW_READER: {
    code: 4005,
    comeBack: 'retry',
    meaning: 'More waited for the client than the queue limit allows.',
  },
  RATE_LIMITED: {
    code: 4006,
    comeBack: 'retryAfter',
    meaning: 'The client went on sending after RATE_LIMITED.',
  },
  SERVER_FULL: { code: 4007, comeBack: 'retryAfter', meaning: 'No room for another session.' },
  SHUTTING_DOWN: { code: 4008, comeBack: 'retryAfter', meaning: 'The server stops.' },
  PEER_SILENT: { code: 4009, comeBack: 'retry', meaning: 'The peer answered no ping.' },
  DISPLACED: {
    code: 4011,
    comeBack: 'never',
    meaning: 'The session goes on on another connection, which came with its resume token.',
  },
  TOKEN_REUSED: {
    code: 4012,
    comeBack: 'retry',
    meaning:
      'A spent resume token came again, so somebody else may know it: the session has ended; sign in anew.',
  },
  BANNED: { code: 4013, comeBack: 'never', meaning: 'The organization has banned the user.' },
  CREDENTIALS_CHANGED: {
    code: 4014,
    comeBack: 'never',
    meaning: 'The credentials of the session were changed or taken back; sign in with new ones.',
  },
  INTERNAL_ERROR: { code: 4010, comeBack: 'retry', meaning: 'The server failed on this session.' },
} as const satisfies Record<string, CloseCodeEntry>;

export type CloseReason = keyof typeof closeCodes;

export function closeReasonOf(code: number): CloseReason | null {
  for (const [reason, entry] of Object.entries(closeCodes)) {
    if (entry.code === code) return reason as CloseReason;
  }
  return null;
}
