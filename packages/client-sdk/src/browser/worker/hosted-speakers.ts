import type { Clock } from '../../clock/clock.js';
import type { MeterReading } from '../../gate/level-meter.js';
import type { LocalSpeaker } from '../../media/local/local-speaker.js';
import type { CaptureDetails } from '../../media/speaker.js';
import type { LocalVoice } from '../../media/local/local-voice.js';
import type { CapturedSamples, ReturnedSamples } from '../ports.js';
import type { Post } from './media-host.js';

export interface HostedSpeakersParts {
  readonly post: Post;
  readonly clock: Clock;
  readonly voice: LocalVoice;
}

export type MicrophonePort = Pick<MessagePort, 'postMessage' | 'onmessage' | 'close'>;

/** For meters on the page. */
const LEVEL_PERIOD_MS = 50;

/** The sources of the client; microphones feed theirs without a detour. */
export class HostedSpeakers {
  readonly #parts: HostedSpeakersParts;
  readonly #byId = new Map<number, LocalSpeaker>();
  readonly #byName = new Map<string, LocalSpeaker>();
  readonly #microphones = new Map<string, MicrophonePort>();
  readonly #toldLevels = new Map<number, MeterReading>();
  #willTell = false;

  constructor(parts: HostedSpeakersParts) {
    this.#parts = parts;
  }

  of(id: number): LocalSpeaker {
    const speaker = this.#byId.get(id);
    if (speaker) return speaker;
    throw new Error(`"${id}" is no source that was told of`);
  }

  create(id: number, name: string): void {
    const speaker = this.#parts.voice.createSpeaker(name);
    this.#byId.set(id, speaker);
    this.#byName.set(name, speaker);
  }

  write(id: number, samples: Float32Array, details: CaptureDetails): void {
    this.of(id).write(samples, details);
    this.heard();
  }

  /** Something has sounded: meters are told of it in a moment. */
  heard(): void {
    if (this.#willTell) return;
    this.#willTell = true;
    this.#parts.clock.after(LEVEL_PERIOD_MS, () => {
      this.#willTell = false;
      this.#tellLevels();
    });
  }

  /** From now on this port is what the source says. */
  connect(source: string, port: MicrophonePort): void {
    this.#microphones.get(source)?.close();
    this.#microphones.set(source, port);
    port.onmessage = ({ data }) => {
      const { samples } = data as CapturedSamples;
      try {
        this.#captured(source, samples);
      } finally {
        // Also of what could not be said: who gets too little back takes it for a stall.
        const returned: ReturnedSamples = { type: 'returned', samples };
        port.postMessage(returned, [samples.buffer]);
      }
    };
  }

  #captured(source: string, samples: Float32Array): void {
    const speaker = this.#byName.get(source);
    speaker?.write(speaker.channels === 1 ? samples : onBothSides(samples), {});
    this.heard();
  }

  #tellLevels(): void {
    for (const [id, speaker] of this.#byId) {
      const { level } = speaker;
      const told = this.#toldLevels.get(id);
      if (told?.rmsDbfs === level.rmsDbfs && told.peakDbfs === level.peakDbfs) continue;
      this.#toldLevels.set(id, level);
      this.#parts.post({ type: 'level', speaker: id, level });
    }
  }
}

function onBothSides(samples: Float32Array): Float32Array {
  return Float32Array.from({ length: 2 * samples.length }, (_, i) => samples[i >> 1] ?? 0);
}
