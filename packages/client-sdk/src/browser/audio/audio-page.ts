/** A context whose output can be chosen; not every browser has one. */
export interface SinkContext extends AudioContext {
  setSinkId(deviceId: string): Promise<void>;
}

export type AudioUse = 'playback' | 'play-and-record';

/** What the browser has for sound, as far as it is used here. */
export interface AudioPage {
  /** Elsewhere browsers have neither microphones nor worklets. */
  readonly isSecure: boolean;
  /** By name, what voice needs and this browser has not. */
  readonly missing: readonly string[];
  /** Whether `setSinkId` is there. */
  readonly outputSelectable: boolean;
  readonly visible: boolean;
  readonly mediaDevices: MediaDevices | undefined;
  createContext(options: AudioContextOptions): AudioContext;
  createNode(
    context: AudioContext,
    name: string,
    options: AudioWorkletNodeOptions,
  ): AudioWorkletNode;
  /** Whether the page's permissions policy lets it listen; `null` where the browser does not tell. */
  microphoneAllowed(): boolean | null;
  /** What the user has said so far; `null` where the browser does not tell. */
  microphonePermission(): Promise<PermissionState | null>;
  /** Tells iOS what the sound is for, which decides over its routing and loudness. */
  declareUse(use: AudioUse): void;
  /** Calls when the page is seen again; returns what ends the watch. */
  watchVisible(seen: () => void): () => void;
}

interface PolicyDocument {
  readonly permissionsPolicy?: { allowsFeature(name: string): boolean };
  readonly featurePolicy?: { allowsFeature(name: string): boolean };
}

interface AudioSessionNavigator {
  readonly audioSession?: { type: string };
}

const NEEDED = ['AudioContext', 'AudioWorkletNode', 'MessageChannel', 'Worker', 'WebAssembly'];

export const browserAudioPage: AudioPage = Object.freeze<AudioPage>({
  get isSecure() {
    return globalThis.isSecureContext;
  },
  get missing() {
    return NEEDED.filter((name) => !(name in globalThis));
  },
  get outputSelectable() {
    return 'AudioContext' in globalThis && 'setSinkId' in AudioContext.prototype;
  },
  get visible() {
    return document.visibilityState === 'visible';
  },
  get mediaDevices() {
    return navigator.mediaDevices as MediaDevices | undefined;
  },
  createContext: (options) => new AudioContext(options),
  createNode: (context, name, options) => new AudioWorkletNode(context, name, options),
  microphoneAllowed() {
    const { permissionsPolicy, featurePolicy } = document as PolicyDocument;
    return (permissionsPolicy ?? featurePolicy)?.allowsFeature('microphone') ?? null;
  },
  async microphonePermission() {
    try {
      const permission = { name: 'microphone' } as unknown as PermissionDescriptor;
      return (await navigator.permissions.query(permission)).state;
    } catch {
      // Browsers that do not know this permission by name reject.
      return null;
    }
  },
  declareUse(use) {
    const { audioSession } = navigator as AudioSessionNavigator;
    if (audioSession) audioSession.type = use;
  },
  watchVisible(seen) {
    const watch = new AbortController();
    const changed = (): void => {
      if (document.visibilityState === 'visible') seen();
    };
    document.addEventListener('visibilitychange', changed, { signal: watch.signal });
    return () => watch.abort();
  },
});
