import { createToken, type Token } from '../token.js';

/** Who a connection turned out to be. */
export interface Identity {
  /** UUID. For a guest one that no other session will have. */
  readonly userId: string;
  /** 1 to 80 characters, one line. */
  readonly displayName: string;
  readonly guest: boolean;
  /** May administer the whole server. Default false. */
  readonly administrator?: boolean;
  /** Id or name of the only organization that these credentials are good for; absent: any. */
  readonly organization?: string;
  /** Names of roles that these credentials grant, for this session; at most 64. */
  readonly roles?: readonly string[];
}

export type AuthenticationResult =
  | { readonly ok: true; readonly identity: Identity }
  | {
      readonly ok: false;
      /**
       * ACCESS_DENIED: the credentials are good, or would be, and may not be used like this.
       * ALREADY_EXISTS: of an authenticator that makes accounts. UNAVAILABLE: nobody knows now.
       */
      readonly code:
        | 'AUTHENTICATION_FAILED'
        | 'INVALID_PARAMS'
        | 'RATE_LIMITED'
        | 'UNAVAILABLE'
        | 'ALREADY_EXISTS'
        | 'ACCESS_DENIED';
      /** For the person who signs in. Tells nobody who signs in whether an account exists. */
      readonly message: string;
      readonly retryAfterMs?: number;
    };

/**
 * Turns credentials into an identity. Core asks the one whose `method` the client named; a denial
 * is a result, an exception is a failure of the server and reaches the client as INTERNAL_ERROR,
 * that of a store that is not there as UNAVAILABLE. Core gives it 10 seconds, and decides then where
 * the identity may go: organization, bans, members, room. Credentials are never logged, by anybody.
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
