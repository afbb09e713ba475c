import { createToken, type Token } from '../token.js';

export interface CloseOfUser {
  /** Id of the session that stays: the one in which the user has just proven who they are. */
  readonly except?: string;
  /** For who is cut off. */
  readonly detail?: string;
}

/**
 * Core's door for what ends sessions from outside: a changed password, an account taken back. There
 * from `onReady` on.
 */
export interface Sessions {
  /**
   * Ends every session of the user in every organization, waiting ones included, and gives their
   * number. A sign-in of that user that has begun before this call does not succeed, and no session
   * of before a restart comes back. To be called when what has changed is kept already.
   */
  closeOfUser(
    userId: string,
    reason: 'CREDENTIALS_CHANGED' | 'KICKED',
    options?: CloseOfUser,
  ): number;
}

export const Sessions: Token<Sessions> = createToken('Sessions');
