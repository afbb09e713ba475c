import { startPostgres } from '@sidetone/testkit';

/** Starts a PostgreSQL, says where, and waits to be killed: PostgreSQL itself keeps nobody alive. */
const postgres = await startPostgres();
const { url } = await postgres.createDatabase();
process.on('message', () => {});
process.send?.({ port: postgres.port, url });
