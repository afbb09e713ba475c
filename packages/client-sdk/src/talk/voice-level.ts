const SILENT = 127;
/** Louder than this counts as voice; a quiet room with a headset is around -65 dBov. */
const VOICE_THRESHOLD = 50;
const VOICE_BIT = 0x80;

/**
 * Level octet of one frame (RFC 6464 section 3): -dBov of its RMS, 0 (a full-scale square wave) to
 * 127, and the bit that says "this may be voice".
 */
export function levelOf(samples: Float32Array): number {
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  if (energy === 0) return SILENT;
  const dbov = 10 * Math.log10(energy / samples.length);
  const level = Math.min(SILENT, Math.max(0, Math.round(-dbov)));
  return level <= VOICE_THRESHOLD ? level | VOICE_BIT : level;
}
