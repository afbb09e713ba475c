import type { SourceView } from '@sidetone/protocol';
import type { AudioSource, OpusSource } from '../../audio/audio-source.js';
import type { MeterReading } from '../../gate/level-meter.js';
import type { ResolvedGateOptions } from '../../gate/resolve-gate-options.js';
import type { KeyGate, KeyGateListener } from '../../media/key-gate.js';
import type { CaptureDetails, HeldTarget, Speaker } from '../../media/speaker.js';
import type { MediaLine } from './media-line.js';
import type { SpeakerCall } from './media-messages.js';
import type { RemoteGate } from './remote-gate.js';
import type { TalkTasks } from './talk-tasks.js';
import type { TargetIds } from './target-ids.js';

export interface RemoteSpeakerParts {
  readonly id: number;
  readonly name: string;
  readonly channels: 1 | 2;
  readonly line: MediaLine;
  readonly targets: TargetIds;
  readonly tasks: TalkTasks;
  readonly openGate: (
    speaker: number,
    options: ResolvedGateOptions,
    listener: KeyGateListener,
    closed: () => void,
  ) => RemoteGate<HeldTarget>;
}

/** A meter shows no less. */
const SILENCE: MeterReading = Object.freeze({ rmsDbfs: -120, peakDbfs: -120 });

/** A source whose frames are made in the Worker. */
export class RemoteSpeaker implements Speaker {
  readonly channels: 1 | 2;
  readonly #parts: RemoteSpeakerParts;
  readonly #held = new Set<HeldTarget>();
  readonly #playing = new Set<HeldTarget>();
  #gate: RemoteGate<HeldTarget> | null = null;
  #level = SILENCE;

  constructor(parts: RemoteSpeakerParts) {
    this.#parts = parts;
    this.channels = parts.channels;
    parts.line.post({ type: 'createSpeaker', speaker: parts.id, name: parts.name });
  }

  get level(): MeterReading {
    return this.#level;
  }

  levelIs(level: MeterReading): void {
    this.#level = level;
  }

  write(samples: Float32Array, details: CaptureDetails): void {
    const { id, line } = this.#parts;
    // What is captured before the Worker runs goes nowhere, as before a target is there.
    if (!line.connected) return;
    const copy = new Float32Array(samples);
    line.post({ type: 'write', speaker: id, samples: copy, details }, [copy.buffer]);
  }

  feed(source: AudioSource | OpusSource, signal: AbortSignal): Promise<void> {
    return this.#parts.tasks.talk(this.#parts.id, source, null, signal);
  }

  async play(
    source: AudioSource | OpusSource,
    target: HeldTarget,
    signal: AbortSignal,
  ): Promise<void> {
    const { id, tasks, targets } = this.#parts;
    const playing = tasks.talk(id, source, targets.idOf(target), signal);
    this.#playing.add(target);
    try {
      await playing;
    } finally {
      this.#playing.delete(target);
    }
    // With the end of the talk the target is let go.
    this.#held.delete(target);
  }

  sourceIs(source: SourceView): void {
    this.#call({ method: 'sourceIs', args: [source] });
  }

  isHeld(target: HeldTarget): boolean {
    const isChosen = this.#gate?.onAir.some((each) => each.target === target) ?? false;
    return isChosen || this.#held.has(target) || this.#playing.has(target);
  }

  hold(target: HeldTarget): void {
    this.#held.add(target);
    this.#tell('hold', target);
  }

  release(target: HeldTarget): void {
    this.#held.delete(target);
    this.#playing.delete(target);
    this.#tell('release', target);
  }

  endNow(): void {
    this.#call({ method: 'endNow', args: [] });
  }

  drained(): Promise<void> {
    return this.#parts.tasks.drain(this.#parts.id);
  }

  lanesChanged(target: HeldTarget): void {
    this.#parts.targets.lanesChanged(target);
  }

  drop(target: HeldTarget): void {
    this.#held.delete(target);
    this.#tell('drop', target);
    this.#parts.targets.forget(target);
  }

  abandonLanes(): void {
    this.#call({ method: 'abandonLanes', args: [] });
  }

  leave(): void {
    this.#held.clear();
    this.#call({ method: 'leave', args: [] });
  }

  openGate<T extends HeldTarget>(
    options: ResolvedGateOptions,
    listener: KeyGateListener,
  ): KeyGate<T> {
    const closed = (): void => void (this.#gate = null);
    this.#gate = this.#parts.openGate(this.#parts.id, options, listener, closed);
    // The gate tells of no other targets than those that it is given.
    return this.#gate as unknown as KeyGate<T>;
  }

  close(): void {
    this.#call({ method: 'close', args: [] });
  }

  #call(call: SpeakerCall): void {
    this.#parts.line.post({ type: 'speaker', speaker: this.#parts.id, call });
  }

  #tell(method: 'hold' | 'release' | 'drop', heldTarget: HeldTarget): void {
    const { id, line, targets } = this.#parts;
    line.post({ type: 'target', speaker: id, target: targets.idOf(heldTarget), method });
  }
}
