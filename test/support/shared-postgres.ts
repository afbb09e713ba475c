import { startPostgres, type TestPostgres } from '@sidetone/testkit';

let shared: Promise<TestPostgres> | undefined;

/**
 * The PostgreSQL of this run of mocha, started when the first test asks. Nobody stops it: it ends
 * with the process. Who breaks it needs one of their own.
 */
export function sharedPostgres(): Promise<TestPostgres> {
  return (shared ??= startPostgres());
}
