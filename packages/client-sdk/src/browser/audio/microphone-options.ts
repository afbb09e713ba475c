/**
 * Makes a node that takes the noise out of 48 kHz mono, for instance one of RNNoise. Called with
 * each context and device anew; the signal says when the node is of no use any more.
 */
export type NoiseSuppressor = (
  context: AudioContext,
  released: AbortSignal,
) => AudioNode | Promise<AudioNode>;

export interface MicrophoneOptions {
  /** One of `audio.devices()`; `null` for the default one. Default: what was chosen last. */
  readonly deviceId?: string | null;
  /**
   * Takes out of the speech what the page plays, default true. Browsers that know them are asked for
   * a kind: `all` takes out everything that the system plays, `remote-only` what calls play.
   */
  readonly echoCancellation?: boolean | 'all' | 'remote-only';
  /** That of the browser, or one of your own in place of it. Default true. */
  readonly noiseSuppression?: boolean | NoiseSuppressor;
  /** Default true. */
  readonly autoGainControl?: boolean;
}

export type ResolvedMicrophoneOptions = Required<MicrophoneOptions>;

export function resolveMicrophoneOptions(
  options: MicrophoneOptions,
  chosenDevice: string | null,
): ResolvedMicrophoneOptions {
  const { deviceId = chosenDevice, echoCancellation = true } = options;
  const { noiseSuppression = true, autoGainControl = true } = options;
  return Object.freeze({ deviceId, echoCancellation, noiseSuppression, autoGainControl });
}

export function sameMicrophoneOptions(
  one: ResolvedMicrophoneOptions,
  other: ResolvedMicrophoneOptions,
): boolean {
  return (
    one.deviceId === other.deviceId &&
    one.echoCancellation === other.echoCancellation &&
    one.noiseSuppression === other.noiseSuppression &&
    one.autoGainControl === other.autoGainControl
  );
}

export function microphoneConstraints(options: ResolvedMicrophoneOptions): MediaStreamConstraints {
  const { deviceId, echoCancellation, noiseSuppression, autoGainControl } = options;
  return {
    audio: {
      channelCount: 1,
      echoCancellation,
      // Two suppressors in a row take speech for noise.
      noiseSuppression: noiseSuppression === true,
      autoGainControl,
      ...(deviceId === null ? {} : { deviceId: { exact: deviceId } }),
    },
  };
}
