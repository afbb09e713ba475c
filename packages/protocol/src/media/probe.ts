import { protocolError } from '../error/protocol-error.js';
import { requireLength, requireUint } from './require-field.js';

/** Steps of the address check: the client asks, the server challenges, the client answers. */
export const ProbeStep = { ask: 0, challenge: 1, answer: 2 } as const;
export type ProbeStep = (typeof ProbeStep)[keyof typeof ProbeStep];

export interface Probe {
  readonly step: ProbeStep;
  /** Eight bytes; all zero in an `ask`, random in a `challenge`, echoed in an `answer`. */
  readonly challenge: Uint8Array;
}

export type ProbeResult =
  | { readonly ok: true; readonly probe: Probe }
  | { readonly ok: false; readonly reason: 'badLength' | 'unknownStep' | 'challengeInAsk' };

export const PROBE_CHALLENGE_BYTES = 8;
export const PROBE_BYTES = 1 + PROBE_CHALLENGE_BYTES;

const BAD_LENGTH = Object.freeze({ ok: false, reason: 'badLength' } as const);
const UNKNOWN_STEP = Object.freeze({ ok: false, reason: 'unknownStep' } as const);
const CHALLENGE_IN_ASK = Object.freeze({ ok: false, reason: 'challengeInAsk' } as const);

/** Reads the body of a probe. The challenge is a view of it. */
export function parseProbe(body: Uint8Array): ProbeResult {
  if (body.length !== PROBE_BYTES) return BAD_LENGTH;
  const step = body[0];
  if (step !== 0 && step !== 1 && step !== 2) return UNKNOWN_STEP;
  const challenge = body.subarray(1);
  if (step === ProbeStep.ask && !isZero(challenge)) return CHALLENGE_IN_ASK;
  return { ok: true, probe: { step, challenge } };
}

/** Writes the body of a probe. */
export function buildProbe(probe: Probe): Uint8Array<ArrayBuffer> {
  const { step, challenge } = probe;
  requireUint('probe step', step, ProbeStep.answer);
  requireLength('challenge', challenge.length, PROBE_CHALLENGE_BYTES, PROBE_CHALLENGE_BYTES);
  if (step === ProbeStep.ask && !isZero(challenge)) {
    throw protocolError(
      'ERR_PROTOCOL_OUT_OF_RANGE',
      '"ask" is a probe step without a challenge: pass eight zero bytes',
      { field: 'challenge' },
    );
  }
  const body = new Uint8Array(PROBE_BYTES);
  body[0] = step;
  body.set(challenge, 1);
  return body;
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
