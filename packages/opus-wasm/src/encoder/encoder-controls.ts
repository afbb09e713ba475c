import type { ResolvedEncoderSettings } from './encoder-settings.js';

/** Request numbers of `opus_encoder_ctl` and their values (opus_defines.h). */
export const APPLICATION = { voice: 2048, audio: 2049 } as const;
const SET_BITRATE = 4002;
const SET_VBR = 4006;
const SET_COMPLEXITY = 4010;
const SET_INBAND_FEC = 4012;
const SET_PACKET_LOSS_PERC = 4014;
const SET_SIGNAL = 4024;
const SIGNAL = { auto: -1000, voice: 3001, music: 3002 } as const;

export type EncoderControl = readonly [request: number, value: number];

/** What libopus has to be told of a new encoder, after its application. */
export function encoderControls(settings: ResolvedEncoderSettings): readonly EncoderControl[] {
  return [
    [SET_VBR, settings.variableBitrate ? 1 : 0],
    [SET_COMPLEXITY, settings.complexity],
    [SET_INBAND_FEC, settings.fec ? 1 : 0],
    [SET_SIGNAL, SIGNAL[settings.signal]],
    ...adjustmentControls(settings),
  ];
}

/** What may be told during a stream. */
export function adjustmentControls(settings: ResolvedEncoderSettings): readonly EncoderControl[] {
  return [
    [SET_BITRATE, settings.bitrateBps],
    [SET_PACKET_LOSS_PERC, settings.expectedLossPercent],
  ];
}
