export interface AudioDevice {
  /** As the browser has it: for this site alone, and `''` before the microphone was allowed. */
  readonly id: string;
  /** `''` before the microphone was allowed. */
  readonly label: string;
}

export interface AudioDevices {
  /** Some browsers list their default choice, too, under the id `default`. */
  readonly inputs: readonly AudioDevice[];
  readonly outputs: readonly AudioDevice[];
}

/** What is plugged in now; nothing where the browser does not tell. */
export async function listAudioDevices(media: MediaDevices | undefined): Promise<AudioDevices> {
  const all = (await media?.enumerateDevices()) ?? [];
  const ofKind = (wanted: MediaDeviceKind): readonly AudioDevice[] =>
    all
      .filter(({ kind }) => kind === wanted)
      .map(({ deviceId, label }) => Object.freeze({ id: deviceId, label }));
  return Object.freeze({ inputs: ofKind('audioinput'), outputs: ofKind('audiooutput') });
}

/** Whether a device is known to be gone: lists without ids, and devices without one, tell nothing. */
export function isGone(deviceId: string, devices: readonly AudioDevice[]): boolean {
  if (deviceId === '' || devices.some(({ id }) => id === '')) return false;
  return devices.every(({ id }) => id !== deviceId);
}
