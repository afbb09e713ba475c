// The page of the Chromium test: its sound, with a Worker's part played by the page itself.
import type { BrowserAudio } from '../../../src/browser/audio/browser-audio.js';
import { createBrowserAudio } from '../../../src/browser/audio/create-browser-audio.js';
import { checkMicrophone } from '../../../src/browser/preflight/check-microphone.js';
import type {
  MicrophoneFindings,
  PreflightCheck,
} from '../../../src/browser/preflight/preflight-report.js';
import type { CapturedSamples, ReturnedSamples } from '../../../src/browser/ports.js';
import { browserAudioPage } from '../../../src/browser/audio/audio-page.js';
import { systemClock } from '../../../src/clock/system-clock.js';

export interface SoundBench {
  readonly audio: BrowserAudio;
  /** Of the samples that came from the microphone since it was last set to zero. */
  captured: { chunks: number; loudest: number };
  /** Every state of the sound and of the microphone, in order. */
  readonly states: string[];
  /** Every context that was made. */
  readonly contexts: readonly AudioContext[];
  /** The code of what was started last and failed. */
  failure: string | null;
  message: string;
  tryMicrophone(): Promise<PreflightCheck<MicrophoneFindings>>;
}

declare global {
  interface Window {
    sound: SoundBench;
  }
}

const captured = { chunks: 0, loudest: 0 };
const states: string[] = [];
const contexts: AudioContext[] = [];
globalThis.AudioContext = class extends AudioContext {
  constructor(options?: AudioContextOptions) {
    super(options);
    contexts.push(this);
  }
};
const audio = createBrowserAudio({
  clock: systemClock,
  processorOptions: {},
  playback: { attach: () => undefined, detach: () => undefined },
  addWorklet: (context) => context.audioWorklet.addModule('/worklet.js'),
  ports: async () => ({
    connectPlayback: () => undefined,
    connectMicrophone: (_source, port) => {
      port.onmessage = ({ data }: MessageEvent<CapturedSamples>) => {
        captured.chunks += 1;
        for (const sample of data.samples) {
          captured.loudest = Math.max(captured.loudest, Math.abs(sample));
        }
        // As the Worker does: who takes nothing for a second is given nothing more.
        const { samples } = data;
        port.postMessage({ type: 'returned', samples } satisfies ReturnedSamples, [samples.buffer]);
      };
    },
  }),
  report: (event, cause) => console.error(event, cause),
});
audio.on('stateChanged', ({ state }) => states.push(state));
audio.on('microphoneChanged', ({ state, reason }) => states.push(`microphone ${state} ${reason}`));

window.sound = {
  audio,
  captured,
  states,
  contexts,
  failure: null,
  message: '',
  tryMicrophone: () => checkMicrophone(null, { page: browserAudioPage, clock: systemClock }),
};

function run(start: () => Promise<void>): void {
  window.sound.failure = null;
  start().catch((error: Error & { code?: string }) => {
    window.sound.failure = error.code ?? 'none';
    window.sound.message = error.message;
  });
}

function offer(id: string, start: () => Promise<void>): void {
  const button = document.createElement('button');
  button.id = id;
  button.textContent = id;
  button.addEventListener('click', () => run(start));
  document.body.append(button);
}

offer('listen', () => audio.start());
offer('talk', () => audio.microphone.start());
// What a browser under test is asked counts as a gesture, this does not.
if (location.hash === '#at-once') run(() => audio.start());
