import { describeStores } from '@sidetone/testkit';
import { storesOn } from '../../../test/support/sql-backend.js';

describe('The stores of plugin-sqlite', function () {
  // Fifty organizations are thousands of transactions.
  this.timeout(60_000);
  const subject = storesOn('sqlite');
  after(() => subject.close());

  describeStores({ describe, it }, subject);
});
