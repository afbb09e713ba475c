/** The only rate inside the SDK: what Opus decodes to, and what its time stamps count. */
export const SAMPLE_RATE_HZ = 48_000;
export const SAMPLES_PER_MS = 48;
