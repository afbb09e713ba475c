import type { SeededRandom } from './seeded-random.js';

const EDGES = [0x00, 0x01, 0x07, 0x08, 0x0f, 0x7f, 0x80, 0xff];

/** A valid input after one to four accidents: a flip, an edge value, a cut, a growth, a splice. */
export function mutate(valid: Uint8Array, random: SeededRandom): Uint8Array {
  let bytes: Uint8Array = valid.slice();
  for (let count = 1 + random.below(4); count > 0; count--) bytes = mutateOnce(bytes, random);
  return bytes;
}

function mutateOnce(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const at = random.below(bytes.length + 1);
  switch (random.below(5)) {
    case 0:
      return replaced(bytes, at, (byte) => byte ^ (1 << random.below(8)));
    case 1:
      return replaced(bytes, at, () => random.pick(EDGES));
    case 2:
      return bytes.slice(0, at);
    case 3:
      return joined(bytes, random.bytes(random.below(40)));
    default:
      return joined(bytes.subarray(0, at), bytes.subarray(random.below(bytes.length + 1)));
  }
}

function replaced(bytes: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
  const byte = bytes[at];
  if (byte !== undefined) bytes[at] = change(byte);
  return bytes;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
