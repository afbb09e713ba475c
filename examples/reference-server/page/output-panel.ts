import type { AudioDevices, BrowserClient } from '@sidetone/client-sdk';
import { DeviceChoice } from './device-choice.js';
import { find, setText } from './element.js';
import { explain } from './explain.js';
import type { Preferences } from './preferences.js';
import type { ProblemBoard } from './problem-board.js';

const ABOUT = 'output';
const ALL = 'all';

/** What is heard: whether the browser plays it, how loud, and where. */
export class OutputPanel {
  readonly #client: BrowserClient;
  readonly #preferences: Preferences;
  readonly #problems: ProblemBoard;
  readonly #state = find('output-state', HTMLParagraphElement);
  readonly #start = find('output-start', HTMLButtonElement);
  readonly #volume = find('output-volume', HTMLInputElement);
  readonly #choice: DeviceChoice;

  constructor(client: BrowserClient, preferences: Preferences, problems: ProblemBoard) {
    this.#client = client;
    this.#preferences = preferences;
    this.#problems = problems;
    const { output } = client.audio;
    find('output-choice', HTMLLabelElement).hidden = !output.selectable;
    this.#choice = new DeviceChoice(find('output-device', HTMLSelectElement), (id) => {
      preferences.setDevice('output', id);
      this.#report(output.select(id));
    });
    this.#start.addEventListener('click', () => this.start());
    this.#volume.value = String(preferences.volume(ALL) ?? 100);
    this.#volume.addEventListener('input', () => this.#applyVolume());
    client.audio.on('stateChanged', ({ state, error }) => {
      if (error) this.#problem(error);
      else if (state === 'running') problems.clear(ABOUT);
    });
  }

  /** To be called in a gesture. */
  start(): void {
    this.#applyVolume();
    const { audio } = this.#client;
    const device = audio.output.selectable ? this.#preferences.device('output') : null;
    this.#report(audio.start());
    if (device !== null) this.#report(audio.output.select(device));
  }

  update({ outputs }: AudioDevices): void {
    const { state, output } = this.#client.audio;
    setText(this.#state, this.#stateText());
    this.#start.hidden = state === 'running' || state === 'starting';
    this.#choice.update(outputs, output.device);
  }

  #stateText(): string {
    switch (this.#client.audio.state) {
      case 'stopped':
        return 'Off: you hear nobody';
      case 'starting':
        return 'Starting';
      case 'running':
        return 'On';
      case 'blocked':
        return 'Waiting for a click: you hear nobody';
      case 'interrupted':
        return 'The system has the sound, for a call perhaps; it comes back';
      case 'failed':
        return 'It does not work: you hear nobody';
    }
  }

  #applyVolume(): void {
    const percent = Number(this.#volume.value);
    this.#preferences.setVolume(ALL, percent);
    this.#client.audio.output.setVolume(percent / 100);
  }

  #report(done: Promise<void>): void {
    done.catch((error: unknown) => this.#problem(error));
  }

  #problem(error: unknown): void {
    const label = this.#client.audio.state === 'blocked' ? 'Start the sound' : 'Try again';
    this.#problems.show(ABOUT, explain(error), { label, run: () => this.start() });
  }
}
