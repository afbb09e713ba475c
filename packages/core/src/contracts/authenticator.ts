import { createToken, type Token } from '../token.js';

/** Who a connection turned out to be. */
export interface Identity {
  /** UUID. For a guest one that no other session will have. */
  readonly userId: string;
  /** 1 to 80 characters, one line. */
  readonly displayName: string;
  readonly guest: boolean;
}

export type AuthenticationResult =
  | { readonly ok: true; readonly identity: Identity }
  | {
      readonly ok: false;
      readonly code: 'AUTHENTICATION_FAILED' | 'INVALID_PARAMS' | 'RATE_LIMITED';
      /** For the person who signs in. Tells nobody whether an account exists. */
      readonly message: string;
      readonly retryAfterMs?: number;
    };

/**
 * Turns credentials into an identity. Core asks the one whose `method` the client named; a denial
 * is a result, an exception is a failure of the server and reaches the client as INTERNAL_ERROR.
 * Core gives it 10 seconds. Credentials are never logged, by anybody.
 */
export interface Authenticator {
  /** As `hello.authentication` lists it, for instance `guest`. */
  readonly method: string;
  authenticate(
    credentials: Readonly<Record<string, unknown>>,
    context: { readonly remoteAddress: string },
  ): Promise<AuthenticationResult>;
}

export const Authenticator: Token<Authenticator> = createToken('Authenticator', { many: true });
