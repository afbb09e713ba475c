import { createToken, type Token } from '../token.js';

export interface OrganizationRecord {
  readonly id: string;
  readonly name: string;
}

/** Keeps the organizations. Names are unique, compared without regard to case. */
export interface OrganizationStore {
  load(): Promise<readonly OrganizationRecord[]>;
  /** Creates it or replaces what has its id; a taken name rejects with `ERR_STORE_CONFLICT`. */
  put(record: OrganizationRecord): Promise<void>;
}

export const OrganizationStore: Token<OrganizationStore> = createToken('OrganizationStore');
