import { createToken, type Token } from '../token.js';

export interface HealthReport {
  readonly ok: boolean;
  /** One line for people: what is wrong, or what is fine. No secret, no address of a database with its password. */
  readonly message: string;
}

/** Says whether a part of the server works, for instance its database. Answers within 2 s. */
export interface HealthCheck {
  readonly name: string;
  check(): Promise<HealthReport>;
}

export const HealthCheck: Token<HealthCheck> = createToken('HealthCheck', { many: true });
