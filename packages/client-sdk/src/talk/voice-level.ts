import { levelDbfs, SILENCE_DBFS } from '../gate/level-meter.js';

const SILENT = 127;
/** Louder than this counts as voice; a quiet room with a headset is around -65 dBov. */
const VOICE_THRESHOLD = 50;
const VOICE_BIT = 0x80;

/**
 * Level octet of one frame (RFC 6464 section 3): -dBov of its RMS, 0 (a full-scale square wave) to
 * 127, and the bit that says "this may be voice".
 */
export function levelOf(samples: Float32Array): number {
  return levelOctet(levelDbfs(samples));
}

/** The same of a level that is known. */
export function levelOctet(dbov: number): number {
  if (dbov <= SILENCE_DBFS) return SILENT;
  const level = Math.min(SILENT, Math.max(0, Math.round(-dbov)));
  return level <= VOICE_THRESHOLD ? level | VOICE_BIT : level;
}
