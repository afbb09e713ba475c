import { describeStores } from '@sidetone/testkit';
import { storesOn } from '../../../test/support/sql-backend.js';

describe('The stores of plugin-sqlite', () => {
  const subject = storesOn('sqlite');
  after(() => subject.close());

  describeStores({ describe, it }, subject);
});
