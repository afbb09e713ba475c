import { createFakeClock, type FakeClock } from '@sidetone/testkit';
import type { AudioPage, AudioUse } from '../../../src/browser/audio/audio-page.js';
import type { BrowserAudio } from '../../../src/browser/audio/browser-audio.js';
import { createBrowserAudio } from '../../../src/browser/audio/create-browser-audio.js';

/** Browsers' audio as far as the SDK uses it, with the test's hand on what the system does. */

export class FakeNode extends EventTarget {
  readonly name: string;
  readonly options: AudioWorkletNodeOptions;
  readonly targets = new Set<FakeNode>();
  readonly posted: unknown[] = [];
  readonly gain = {
    value: 1,
    setTargetAtTime: (value: number): void => {
      this.gain.value = value;
    },
  };
  readonly port = {
    onmessage: null,
    postMessage: (message: unknown): void => void this.posted.push(message),
  };

  constructor(name: string, options: AudioWorkletNodeOptions = {}) {
    super();
    this.name = name;
    this.options = options;
  }

  connect(target: FakeNode): FakeNode {
    this.targets.add(target);
    return target;
  }

  disconnect(): void {
    this.targets.clear();
  }
}

export class FakeTrack extends EventTarget {
  readonly label: string;
  readonly deviceId: string;
  readonly constraints: MediaTrackConstraints;
  readyState: 'live' | 'ended' = 'live';
  muted = false;

  constructor(deviceId: string, constraints: MediaTrackConstraints) {
    super();
    this.deviceId = deviceId;
    this.label = `Device ${deviceId}`;
    this.constraints = constraints;
  }

  getSettings(): MediaTrackSettings {
    return { deviceId: this.deviceId, sampleRate: 44_100 };
  }

  stop(): void {
    this.readyState = 'ended';
  }

  /** As the system does it, of which the page hears. */
  end(): void {
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }

  mute(muted: boolean): void {
    this.muted = muted;
    this.dispatchEvent(new Event(muted ? 'mute' : 'unmute'));
  }
}

export class FakeContext extends EventTarget {
  readonly page: FakeAudioPage;
  readonly options: AudioContextOptions;
  readonly destination = new FakeNode('destination');
  readonly sources: FakeNode[] = [];
  readonly sinks: string[] = [];
  readonly baseLatency = 0.01;
  readonly outputLatency = 0.03;
  state = 'suspended';
  currentTime = 0;
  resumes = 0;

  constructor(page: FakeAudioPage, options: AudioContextOptions) {
    super();
    this.page = page;
    this.options = options;
  }

  /** As the system does it. */
  become(state: string): void {
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }

  async resume(): Promise<void> {
    this.resumes += 1;
    if (!this.page.mayPlay) return new Promise(() => undefined);
    await Promise.resolve();
    if (this.state === 'suspended') this.become('running');
  }

  async close(): Promise<void> {
    this.state = 'closed';
  }

  createGain(): FakeNode {
    return new FakeNode('gain');
  }

  createAnalyser(): FakeNode {
    const getFloatTimeDomainData = (samples: Float32Array): void => {
      samples.fill(this.page.level());
    };
    return Object.assign(new FakeNode('analyser'), { getFloatTimeDomainData });
  }

  createMediaStreamSource({ track }: FakeStream): FakeNode {
    if (this.page.refusedRates.includes(this.options.sampleRate ?? 0)) {
      throw new DOMException('different sample-rate', 'NotSupportedError');
    }
    const source = new FakeNode(track.deviceId);
    this.sources.push(source);
    return source;
  }

  async setSinkId(deviceId: string): Promise<void> {
    const { sinkFailure } = this.page;
    if (deviceId !== '' && sinkFailure) throw sinkFailure;
    this.sinks.push(deviceId);
  }
}

interface FakeStream {
  readonly track: FakeTrack;
  getAudioTracks(): FakeTrack[];
  getTracks(): FakeTrack[];
}

class FakeMediaDevices extends EventTarget {
  readonly tracks: FakeTrack[] = [];
  inputs: string[] = ['default', 'headset', 'desk'];
  outputs: string[] = ['default', 'speaker'];
  /** Some browsers have one device open at a time. */
  oneAtATime = false;
  /** What the next questions are answered with, in place of a stream. */
  readonly failures: DOMException[] = [];
  /** How many were open each time that one more was asked for. */
  readonly openWhenAsked: number[] = [];
  /** The user has not answered yet. */
  question: Promise<void> = Promise.resolve();

  async getUserMedia({ audio }: { audio: MediaTrackConstraints }): Promise<FakeStream> {
    await this.question;
    this.openWhenAsked.push(this.open.length);
    const failure = this.failures.shift();
    if (failure) throw failure;
    const { exact = 'default' } = (audio.deviceId ?? {}) as { exact?: string };
    if (this.inputs.length === 0) throw new DOMException('none', 'NotFoundError');
    if (!this.inputs.includes(exact)) throw new DOMException('deviceId', 'OverconstrainedError');
    if (this.oneAtATime && this.open.length > 0) throw new DOMException('busy', 'NotReadableError');
    const track = new FakeTrack(exact, audio);
    this.tracks.push(track);
    return { track, getAudioTracks: () => [track], getTracks: () => [track] };
  }

  async enumerateDevices(): Promise<object[]> {
    const list = (kind: string, ids: string[]): object[] =>
      ids.map((deviceId) => ({ kind, deviceId, label: `Device ${deviceId}`, groupId: '' }));
    return [...list('audioinput', this.inputs), ...list('audiooutput', this.outputs)];
  }

  get open(): FakeTrack[] {
    return this.tracks.filter(({ readyState }) => readyState === 'live');
  }

  unplug(deviceId: string): void {
    this.inputs = this.inputs.filter((id) => id !== deviceId);
    this.outputs = this.outputs.filter((id) => id !== deviceId);
    this.changed();
  }

  changed(): void {
    this.dispatchEvent(new Event('devicechange'));
  }
}

export class FakeAudioPage {
  readonly contexts: FakeContext[] = [];
  readonly nodes: FakeNode[] = [];
  readonly uses: AudioUse[] = [];
  readonly media = new FakeMediaDevices();
  readonly #seen = new Set<() => void>();
  isSecure = true;
  missing: string[] = [];
  outputSelectable = true;
  visible = true;
  /** Whether there was a gesture, or none is needed. */
  mayPlay = true;
  /** Of contexts that no device can be connected to. */
  refusedRates: number[] = [];
  /** What every sample of the microphone is, as it is looked at. */
  level: () => number = () => 0.1;
  sinkFailure: DOMException | null = null;
  policy: boolean | null = true;
  permission: PermissionState | null = 'denied';
  mediaDevices: FakeMediaDevices | undefined = this.media;

  createContext = (options: AudioContextOptions): FakeContext => {
    const context = new FakeContext(this, options);
    this.contexts.push(context);
    return context;
  };

  createNode = (_context: unknown, name: string, options: AudioWorkletNodeOptions): FakeNode => {
    const node = new FakeNode(name, options);
    this.nodes.push(node);
    return node;
  };

  microphoneAllowed = (): boolean | null => this.policy;
  microphonePermission = async (): Promise<PermissionState | null> => this.permission;
  declareUse = (use: AudioUse): void => void this.uses.push(use);

  watchVisible = (seen: () => void): (() => void) => {
    this.#seen.add(seen);
    return () => void this.#seen.delete(seen);
  };

  /** The page comes back to the front. */
  see(): void {
    for (const seen of this.#seen) seen();
  }

  get watchers(): number {
    return this.#seen.size;
  }

  get context(): FakeContext {
    const context = this.contexts.at(-1);
    if (!context) throw new Error('no context was made');
    return context;
  }

  nodeOf(name: string): FakeNode {
    const node = this.nodes.findLast((one) => one.name === name);
    if (!node) throw new Error(`there is no node "${name}"`);
    return node;
  }

  /** The ids of the devices that the microphone's worklet hears now. */
  get heard(): string[] {
    const microphone = this.nodeOf('sidetone-microphone');
    const { sources } = this.context;
    return sources.filter(({ targets }) => targets.has(microphone)).map(({ name }) => name);
  }

  get asAudioPage(): AudioPage {
    return this as unknown as AudioPage;
  }
}

export interface AudioBench {
  readonly page: FakeAudioPage;
  readonly clock: FakeClock;
  readonly audio: BrowserAudio;
  /** What the Worker and the playback were given, in order. */
  readonly calls: string[];
  /** Every event, with its payload. */
  readonly events: [string, Record<string, unknown>][];
  readonly reported: unknown[];
  /** What the worklet or the Worker cannot be loaded for. */
  assetsFailure: Error | null;
}

export function createAudioBench(): AudioBench {
  const page = new FakeAudioPage();
  const clock = createFakeClock();
  const [calls, events, reported]: [string[], AudioBench['events'], unknown[]] = [[], [], []];
  const bench: { assetsFailure: Error | null } = { assetsFailure: null };
  const audio = createBrowserAudio({
    page: page.asAudioPage,
    clock,
    processorOptions: { latency: 'low' },
    playback: {
      attach: () => void calls.push('attach'),
      detach: () => void calls.push('detach'),
    },
    ports: async () => ({
      connectMicrophone: (source) => void calls.push(`microphone ${source}`),
      connectPlayback: () => void calls.push('playback'),
    }),
    addWorklet: async () => {
      if (bench.assetsFailure) throw bench.assetsFailure;
    },
    report: (_event, cause) => void reported.push(cause),
  });
  for (const name of [
    'stateChanged',
    'microphoneChanged',
    'devicesChanged',
    'outputChanged',
  ] as const) {
    audio.on(name, (event: object) => void events.push([name, { ...event }]));
  }
  return Object.assign(bench, { page, clock, audio, calls, events, reported });
}

/** The code that a promise rejects with. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  const error = await errorOf(promise);
  return (error as { code?: unknown }).code;
}

export async function errorOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not reject');
}
