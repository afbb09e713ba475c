import { permissions } from '@sidetone/protocol';

/** Bits as {@link PermissionBits} gives them; what lies beyond the end is not in it. */
export type PermissionSet = Uint32Array;

const BITS_PER_WORD = 32;

/** Gives each permission a bit when its name is first met, those of plugins included. */
export class PermissionBits {
  readonly #bits = new Map<string, number>();

  constructor() {
    for (const name of permissions) this.#bit(name);
  }

  /** Absent: no role and no override has ever named it. */
  find(name: string): number | undefined {
    return this.#bits.get(name);
  }

  setOf(names: Iterable<string>): PermissionSet {
    const bits = Array.from(names, (name) => this.#bit(name));
    const set = this.emptySet();
    for (const bit of bits) {
      const word = Math.floor(bit / BITS_PER_WORD);
      set[word] = (set[word] ?? 0) | (1 << (bit % BITS_PER_WORD));
    }
    return set;
  }

  /** Wide enough for every permission met so far. */
  emptySet(): PermissionSet {
    return new Uint32Array(Math.ceil(this.#bits.size / BITS_PER_WORD));
  }

  #bit(name: string): number {
    const known = this.#bits.get(name);
    if (known !== undefined) return known;
    this.#bits.set(name, this.#bits.size);
    return this.#bits.size - 1;
  }
}

export function hasBit(set: PermissionSet, bit: number): boolean {
  return (((set[Math.floor(bit / BITS_PER_WORD)] ?? 0) >>> (bit % BITS_PER_WORD)) & 1) === 1;
}

/** `set` has to be as wide as `other`. */
export function addAll(set: PermissionSet, other: PermissionSet): void {
  for (const [word, bits] of other.entries()) set[word] = (set[word] ?? 0) | bits;
}

/** `set` has to be as wide as `other`. */
export function removeAll(set: PermissionSet, other: PermissionSet): void {
  for (const [word, bits] of other.entries()) set[word] = (set[word] ?? 0) & ~bits;
}

export function isSameSet(one: PermissionSet, other: PermissionSet): boolean {
  const words = Math.max(one.length, other.length);
  for (let word = 0; word < words; word += 1) {
    if ((one[word] ?? 0) !== (other[word] ?? 0)) return false;
  }
  return true;
}
