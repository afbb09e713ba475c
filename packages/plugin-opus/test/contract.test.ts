import { opus } from '@sidetone/plugin-opus';
import { describeCodec } from '@sidetone/testkit';

describe('opus()', () => {
  describeCodec({ describe, it }, { create: () => opus() });
});
