import { describeStores } from '@sidetone/testkit';
import { storesOn } from '../../../test/support/sql-backend.js';

describe('The stores of plugin-postgres', () => {
  const subject = storesOn('postgres');
  after(() => subject.close());

  describeStores({ describe, it }, subject);
});
