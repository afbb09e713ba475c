const FULL_SCALE = 32_768;
const MAX_PCM16 = 32_767;

/**
 * Floats in -1..1 to the nearest of 65,536 steps; what lies outside is clamped, and NaN becomes
 * silence, because an integer that wraps around is a click at full level.
 */
export function writePcm16(samples: Float32Array, out: Int16Array): void {
  for (let i = 0; i < out.length; i++) {
    const scaled = Math.round((samples[i] ?? 0) * FULL_SCALE);
    out[i] = Math.max(-FULL_SCALE, Math.min(MAX_PCM16, scaled));
  }
}
