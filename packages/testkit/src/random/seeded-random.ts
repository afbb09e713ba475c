import { optionError } from '../error/error-codes.js';

/** Random numbers that a seed decides. Good for tests and simulations, never for secrets. */
export interface SeededRandom {
  /** A whole number from 0 to 2^32 - 1. */
  uint32(): number;
  /** A fraction from 0 up to, but not including, 1, with 32 random bits. */
  fraction(): number;
  /** A whole number from `min` to `max`, both included; uniform to within (max - min) / 2^32. */
  integer(min: number, max: number): number;
  /** True with that probability. Takes one number from the sequence whatever the answer. */
  chance(probability: number): boolean;
  bytes(length: number): Uint8Array;
  /** Another sequence, decided by this one's seed and the label, not by what was drawn so far. */
  fork(label: string): SeededRandom;
}

/**
 * xoshiro128** 1.1 (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2018):
 * four 32-bit words of state, filled from the seed by the 32-bit finalizer of MurmurHash3 over
 * steps of the golden ratio.
 * @param seed a whole number from 0 to 2^32 - 1; the same seed gives the same numbers on every
 * platform and in every version of this package
 */
export function createSeededRandom(seed: number): SeededRandom {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff) {
    throw optionError('seed', seed, 'give a whole number from 0 to 4294967295');
  }
  let walk = seed;
  const word = (): number => {
    walk = (walk + 0x9e37_79b9) >>> 0;
    return mix(walk);
  };
  return createXoshiro([word(), word(), word(), word()], seed);
}

/** The generator from a given state, of which at least one word is not 0. */
export function createXoshiro(
  state: readonly [number, number, number, number],
  seed = 0,
): SeededRandom {
  let [a, b, c, d] = state;

  function uint32(): number {
    const scrambled = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return scrambled;
  }

  const fraction = (): number => uint32() / 2 ** 32;
  return {
    uint32,
    fraction,
    integer: (min, max) => min + Math.floor(fraction() * (max - min + 1)),
    chance: (probability) => fraction() < probability,
    bytes: (length) => Uint8Array.from({ length }, () => uint32() >>> 24),
    fork: (label) => createSeededRandom(hash(label, seed)),
  };
}

function rotateLeft(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

function mix(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function hash(label: string, seed: number): number {
  let hashed = mix(seed ^ label.length);
  for (let i = 0; i < label.length; i++) hashed = mix(hashed ^ label.charCodeAt(i));
  return hashed;
}
