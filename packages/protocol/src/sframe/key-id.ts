import { requireUint } from '../media/require-field.js';

/** Sender indices take the 28 bits of a KID that the epoch leaves. */
export const MAX_SENDER_INDEX = 2 ** 28 - 1;

/** Epochs that a KID can tell apart, and thus the most that a route may have alive. */
export const EPOCHS_IN_KID = 16;

/** KID = sender index * 16 + epoch mod 16. */
export function buildKid(senderIndex: number, epoch: number): number {
  requireUint('sender index', senderIndex, MAX_SENDER_INDEX);
  requireUint('epoch', epoch, Number.MAX_SAFE_INTEGER);
  // Not a shift: the result may exceed 2^31 - 1.
  return senderIndex * EPOCHS_IN_KID + (epoch % EPOCHS_IN_KID);
}

export interface KidParts {
  readonly senderIndex: number;
  /** The epoch modulo 16; which live epoch of the route it means is the route's to say. */
  readonly epochLow: number;
}

/** Takes apart a KID from 0 to 2^32 - 1. */
export function parseKid(kid: number): KidParts {
  return { senderIndex: kid >>> 4, epochLow: kid & (EPOCHS_IN_KID - 1) };
}
