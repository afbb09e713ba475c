import { opus } from '@sidetone/plugin-opus';
import { describeCodec } from '@sidetone/testkit';

for (const encoder of ['native', 'wasm'] as const) {
  describe(`opus() with the ${encoder} encoder`, () => {
    describeCodec({ describe, it }, { create: () => opus({ encoder }) });
  });
}
