import type { EncoderSettings } from '@sidetone/protocol';

export type ProfileName = 'voice' | 'voice-low' | 'voice-hq' | 'music';

/** How a kind of sound is encoded while the network has nothing against it. */
export interface Profile {
  readonly encoder: EncoderSettings;
  /** Follows the network: for speech, which is understood at a quarter of the bits. */
  readonly adaptive: boolean;
  /** The least delay of playout that suits it, where that is more than for speech. */
  readonly playoutFloorMs?: number;
}

const SPEECH = { channels: 1, application: 'voice', signal: 'voice', fec: true } as const;

/** Effort and constant bitrate are left to the codec. */
export const PROFILES: Readonly<Record<ProfileName, Profile>> = Object.freeze({
  /** Team voice: 32 kbit/s in frames of 20 ms, with error correction. */
  voice: profile({
    encoder: { ...SPEECH, frameDurationMs: 20, bitrateBps: 32_000, expectedLossPercent: 10 },
    adaptive: true,
  }),
  /** Narrow or paid networks: less than half of the bytes, headers included, and 20 ms later. */
  'voice-low': profile({
    encoder: { ...SPEECH, frameDurationMs: 40, bitrateBps: 16_000, expectedLossPercent: 30 },
    adaptive: true,
  }),
  /** Broadcast-like speech: true to the sound, and without error correction in the packets. */
  'voice-hq': profile({
    encoder: {
      channels: 1,
      frameDurationMs: 20,
      bitrateBps: 64_000,
      application: 'audio',
      signal: 'voice',
      fec: false,
    },
    adaptive: true,
  }),
  /** Stereo, at its full bitrate or not at all. */
  music: profile({
    encoder: {
      channels: 2,
      frameDurationMs: 20,
      bitrateBps: 96_000,
      application: 'audio',
      signal: 'music',
      fec: false,
    },
    adaptive: false,
    playoutFloorMs: 80,
  }),
});

export function isProfileName(name: unknown): name is ProfileName {
  return typeof name === 'string' && Object.hasOwn(PROFILES, name);
}

function profile(parts: Profile): Profile {
  return Object.freeze({ ...parts, encoder: Object.freeze(parts.encoder) });
}
