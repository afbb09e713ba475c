import type { VoiceError } from '@sidetone/protocol';
import { listAudioDevices, type AudioDevices } from './audio-devices.js';
import {
  asAudioError,
  blockedError,
  outputLostError,
  pageError,
  stoppedError,
} from './audio-error.js';
import { AudioEmitter, type AudioEventName, type AudioEvents } from './audio-events.js';
import { AudioGraph } from './audio-graph.js';
import { PageOutput } from './audio-output.js';
import { browserAudioPage, type AudioPage } from './audio-page.js';
import { AudioRun } from './audio-run.js';
import { nextAudioState, type AudioState, type AudioStep } from './audio-state.js';
import type { BrowserAudio, BrowserAudioParts } from './browser-audio.js';
import { PageMicrophone } from './page-microphone.js';

const SAMPLE_RATE = 48_000;
/** A context that fails again and again is not replaced for ever. */
const MAX_REPLACEMENTS = 3;
const REPLACEMENT_WINDOW_MS = 30_000;

export function createBrowserAudio(parts: BrowserAudioParts): BrowserAudio {
  return new PageAudio(parts);
}

class PageAudio implements BrowserAudio {
  readonly output: PageOutput;
  readonly microphone: PageMicrophone;
  readonly #parts: BrowserAudioParts;
  readonly #page: AudioPage;
  readonly #events: AudioEmitter;
  #state: AudioState = 'stopped';
  #error: VoiceError | null = null;
  #run: AudioRun | null = null;
  #starting: Promise<void> | null = null;
  #pageWatch: AbortController | null = null;
  #replacedAt: readonly number[] = [];
  /** `null`: that of the output device. */
  #sampleRate: number | null = SAMPLE_RATE;

  constructor(parts: BrowserAudioParts) {
    this.#parts = parts;
    this.#page = parts.page ?? browserAudioPage;
    this.#events = new AudioEmitter(parts.report);
    this.output = new PageOutput(this.#page, this.#events);
    this.microphone = new PageMicrophone({
      page: this.#page,
      events: this.#events,
      startAudio: () => this.start(),
      changeSampleRate: (sampleRate) => this.#changeSampleRate(sampleRate),
    });
  }

  get state(): AudioState {
    return this.#state;
  }

  get error(): VoiceError | null {
    return this.#error;
  }

  on<E extends AudioEventName>(name: E, listener: AudioEvents[E]): this {
    this.#events.on(name, listener);
    return this;
  }

  off<E extends AudioEventName>(name: E, listener: AudioEvents[E]): this {
    this.#events.off(name, listener);
    return this;
  }

  start(): Promise<void> {
    if (this.#state === 'running') return Promise.resolve();
    const problem = pageError(this.#page);
    if (problem) {
      this.#enter('failed', problem);
      return Promise.reject(problem);
    }
    this.#watchPage();
    // A new context in a gesture is the way out when the system does not give the old one back.
    if (this.#state === 'interrupted') void this.#drop();
    try {
      const run = (this.#run ??= this.#createRun());
      run.resume();
      this.#enter('start');
      this.#starting ??= this.#bringUp(run);
      return this.#starting;
    } catch (cause) {
      return Promise.reject(this.#failed(cause));
    }
  }

  async stop(): Promise<void> {
    this.#pageWatch?.abort();
    this.#pageWatch = null;
    const released = this.microphone.stop();
    const closed = this.#drop();
    this.#sampleRate = SAMPLE_RATE;
    this.#enter('stop');
    await Promise.all([released, closed]);
  }

  devices(): Promise<AudioDevices> {
    this.#watchPage();
    return listAudioDevices(this.#page.mediaDevices);
  }

  #createRun(): AudioRun {
    if (!this.#isListening) this.#page.declareUse('playback');
    const context = this.#page.createContext({
      latencyHint: 'interactive',
      ...(this.#sampleRate === null ? {} : { sampleRate: this.#sampleRate }),
    });
    const run = new AudioRun(context, this.#parts.clock);
    const { signal } = run;
    context.addEventListener('statechange', () => this.#contextChanged(run), { signal });
    // The device of the system has failed; not every browser tells.
    context.addEventListener('error', (cause) => this.#replace(run, cause), { signal });
    return run;
  }

  get #isListening(): boolean {
    return this.microphone.device !== null;
  }

  #bringUp(run: AudioRun): Promise<void> {
    const starting = this.#connect(run).finally(() => {
      if (this.#starting === starting) this.#starting = null;
    });
    return starting;
  }

  async #connect(run: AudioRun): Promise<void> {
    try {
      if (!run.graph) await this.#openGraph(run);
      await run.running();
      if (run.signal.aborted) throw stoppedError('the sound');
      this.#enter('ran');
    } catch (cause) {
      if (run.signal.aborted) return this.#overtaken(run);
      if (asAudioError(cause).code === 'ERR_AUDIO_BLOCKED') throw this.#blocked(run);
      throw this.#failed(cause);
    }
  }

  async #openGraph(run: AudioRun): Promise<void> {
    const { source = 'microphone', playback } = this.#parts;
    const graph = await AudioGraph.open(run.context, { ...this.#parts, page: this.#page, source });
    if (run.signal.aborted) {
      graph.close();
      throw stoppedError('the sound');
    }
    run.graph = graph;
    graph.watch((cause) => this.#replace(run, cause), run.signal);
    playback.attach(graph.playback.port);
    this.microphone.attach(graph);
    this.output.attach(graph);
  }

  /** Its context was replaced while it started, or the sound was stopped. */
  async #overtaken(run: AudioRun): Promise<void> {
    if (this.#run === null || this.#run === run) throw stoppedError('the sound');
    await this.#starting;
  }

  #contextChanged(run: AudioRun): void {
    const { state } = run.context;
    switch (state) {
      case 'running':
        // Before, it is still being connected.
        if (!run.graph || this.#starting) return;
        if (this.#state === 'interrupted') this.#checkClock(run);
        return this.#enter('ran');
      case 'suspended':
        // What starts is waited for already.
        if (this.#state === 'running' || this.#state === 'interrupted') this.#revive(run);
        return;
      case 'interrupted':
        return this.#enter('interrupted', blockedError(state));
      case 'closed':
        return this.#replace(run, new Error('the browser has closed the audio context'));
    }
  }

  /** The browser has suspended what ran: it may go on without a gesture, or not. */
  #revive(run: AudioRun): void {
    run.resume();
    run.running().catch(() => {
      if (!run.signal.aborted) this.#blocked(run);
    });
  }

  #blocked(run: AudioRun): VoiceError {
    const error = blockedError(run.context.state);
    this.#enter(run.context.state === 'interrupted' ? 'interrupted' : 'suspended', error);
    return error;
  }

  #failed(cause: unknown): VoiceError {
    const error = asAudioError(cause);
    void this.#drop();
    this.#enter('failed', error);
    this.microphone.audioFailed(error);
    return error;
  }

  #seen(): void {
    const run = this.#run;
    if (run) {
      run.resume();
      this.#checkClock(run);
    }
    this.microphone.recover();
  }

  #checkClock(run: AudioRun): void {
    run.checkClock(() => this.#replace(run, new Error('the clock of the audio context stands')));
  }

  /** Goes on with a new context: the old one is closed, or will never sound again. */
  #replace(run: AudioRun, cause: unknown): void {
    if (run !== this.#run) return;
    void this.#drop();
    const now = this.#parts.clock.now();
    const recent = this.#replacedAt.filter((at) => now - at < REPLACEMENT_WINDOW_MS);
    this.#replacedAt = [...recent, now];
    if (recent.length >= MAX_REPLACEMENTS) {
      this.#failed(outputLostError(cause));
      return;
    }
    this.#enter('replaced');
    try {
      const next = (this.#run = this.#createRun());
      next.resume();
      // How it ends is told by the state.
      (this.#starting = this.#bringUp(next)).catch(() => undefined);
    } catch (failure) {
      this.#failed(failure);
    }
  }

  /** Not every browser brings a device to the rate of the context; the worklets take any. */
  #changeSampleRate(sampleRate: number | null): boolean {
    const run = this.#run;
    if (run === null || sampleRate === this.#sampleRate) return false;
    this.#sampleRate = sampleRate;
    this.#replace(run, new Error('the microphone has another sample rate'));
    return true;
  }

  #drop(): Promise<void> {
    const run = this.#run;
    this.#run = null;
    this.#starting = null;
    if (run?.graph) this.#parts.playback.detach();
    this.output.detach();
    this.microphone.detach();
    return run ? run.close() : Promise.resolve();
  }

  #watchPage(): void {
    if (this.#pageWatch) return;
    const watch = (this.#pageWatch = new AbortController());
    const endVisible = this.#page.watchVisible(() => this.#seen());
    watch.signal.addEventListener('abort', endVisible);
    const changed = (): void => void this.#devicesChanged(watch.signal);
    this.#page.mediaDevices?.addEventListener('devicechange', changed, { signal: watch.signal });
  }

  async #devicesChanged(signal: AbortSignal): Promise<void> {
    const devices = await listAudioDevices(this.#page.mediaDevices).catch((cause: unknown) => {
      this.#parts.report('devicesChanged', cause);
      return null;
    });
    if (devices === null || signal.aborted) return;
    this.output.devicesChanged(devices);
    this.microphone.devicesChanged(devices);
    this.#events.emit('devicesChanged', { devices });
  }

  #enter(step: AudioStep, error: VoiceError | null = null): void {
    const previous = this.#state;
    const state = nextAudioState(previous, step);
    this.#error =
      state === 'failed' || state === 'blocked' || state === 'interrupted' ? error : null;
    if (state === previous) return;
    this.#state = state;
    this.#events.emit('stateChanged', { state, previous, error: this.#error });
  }
}
