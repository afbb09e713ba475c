import type { AudioDevices, BrowserClient, MicrophoneOptions } from '@sidetone/client-sdk';
import { DeviceChoice } from './device-choice.js';
import { find, setText } from './element.js';
import { explain } from './explain.js';
import type { Preferences } from './preferences.js';
import type { ProblemBoard } from './problem-board.js';

const ABOUT = 'microphone';

/** The microphone: on or off, how loud, and which. */
export class MicrophonePanel {
  readonly #client: BrowserClient;
  readonly #preferences: Preferences;
  readonly #problems: ProblemBoard;
  readonly #options: MicrophoneOptions;
  readonly #state = find('microphone-state', HTMLParagraphElement);
  readonly #switch = find('microphone-switch', HTMLButtonElement);
  readonly #level = find('microphone-level', HTMLMeterElement);
  readonly #choice: DeviceChoice;

  /** @param options how it is opened, the device apart */
  constructor(
    client: BrowserClient,
    preferences: Preferences,
    problems: ProblemBoard,
    options: MicrophoneOptions,
  ) {
    this.#client = client;
    this.#preferences = preferences;
    this.#problems = problems;
    this.#options = options;
    this.#choice = new DeviceChoice(find('microphone-device', HTMLSelectElement), (id) => {
      preferences.setDevice('microphone', id);
      this.#report(client.audio.microphone.select(id));
    });
    this.#switch.addEventListener('click', () => {
      if (this.#isOn) this.stop();
      else this.start();
    });
    client.audio.on('microphoneChanged', ({ error, state }) => {
      if (error) this.#problem(error);
      else if (state === 'live') problems.clear(ABOUT);
    });
  }

  /** To be called in a gesture. */
  start(): void {
    const deviceId = this.#preferences.device('microphone');
    this.#report(this.#client.audio.microphone.start({ ...this.#options, deviceId }));
  }

  stop(): void {
    this.#report(this.#client.audio.microphone.stop());
  }

  update({ inputs }: AudioDevices): void {
    const { device } = this.#client.audio.microphone;
    setText(this.#state, this.#stateText());
    this.#switch.setAttribute('aria-pressed', String(this.#isOn));
    setText(this.#switch, this.#isOn ? 'Turn off' : 'Turn on');
    this.#choice.update(inputs, device?.id ?? this.#preferences.device('microphone'));
  }

  tick(): void {
    const { rmsDbfs } = this.#client.talk.source().level;
    this.#level.value = this.#isOn ? rmsDbfs : this.#level.min;
  }

  get #isOn(): boolean {
    const { state } = this.#client.audio.microphone;
    return state !== 'off' && state !== 'failed';
  }

  #stateText(): string {
    const { state, device } = this.#client.audio.microphone;
    switch (state) {
      case 'off':
        return 'Off: nobody can hear you';
      case 'starting':
        return 'Your browser asks for it';
      case 'live':
        return `On: ${device?.label || 'default of the system'}`;
      case 'muted':
        return 'The system keeps it silent for now';
      case 'ended':
        return 'It is gone; looking for another one';
      case 'failed':
        return 'It does not work: nobody can hear you';
    }
  }

  #report(done: Promise<void>): void {
    done.catch((error: unknown) => this.#problem(error));
  }

  #problem(error: unknown): void {
    const explanation = explain(error);
    // Whoever turns it off while it starts knows that it was stopped.
    if (explanation.code === 'ERR_CLIENT_STATE') return;
    this.#problems.show(ABOUT, explanation, { label: 'Try again', run: () => this.start() });
  }
}
