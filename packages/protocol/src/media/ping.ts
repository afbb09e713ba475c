import { viewOf } from './byte-view.js';
import { MAX_U32, requireUint } from './require-field.js';

/**
 * Body of a ping and of a pong: `u32 id | u32 media sent | u32 media received`. A pong echoes the
 * id and carries the counters of the one that answers.
 */
export interface Ping {
  readonly id: number;
  /** Media frames sent on this path, modulo 2^32; each frame in a bundle counts as one. */
  readonly mediaSent: number;
  /** Media frames received on this path, counted alike. */
  readonly mediaReceived: number;
}

export type PingResult =
  { readonly ok: true; readonly ping: Ping } | { readonly ok: false; readonly reason: 'badLength' };

export const PING_BYTES = 12;

const BAD_LENGTH = Object.freeze({ ok: false, reason: 'badLength' } as const);

/** Reads the body of a ping or of a pong. */
export function parsePing(body: Uint8Array): PingResult {
  if (body.length !== PING_BYTES) return BAD_LENGTH;
  const view = viewOf(body);
  return {
    ok: true,
    ping: { id: view.getUint32(0), mediaSent: view.getUint32(4), mediaReceived: view.getUint32(8) },
  };
}

/** Writes the body of a ping or of a pong. */
export function buildPing(ping: Ping): Uint8Array<ArrayBuffer> {
  requireUint('ping id', ping.id, MAX_U32);
  requireUint('count of media frames sent', ping.mediaSent, MAX_U32);
  requireUint('count of media frames received', ping.mediaReceived, MAX_U32);
  const body = new Uint8Array(PING_BYTES);
  const view = viewOf(body);
  view.setUint32(0, ping.id);
  view.setUint32(4, ping.mediaSent);
  view.setUint32(8, ping.mediaReceived);
  return body;
}
