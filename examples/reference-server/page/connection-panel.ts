import {
  guest,
  type Authentication,
  type BrowserClient,
  type ClientState,
} from '@sidetone/client-sdk';
import { find, setText } from './element.js';
import { explain, explainEnd } from './explain.js';
import type { Preferences } from './preferences.js';
import type { ProblemBoard } from './problem-board.js';

const ABOUT = 'connection';
const SECTIONS = ['nets', 'channels', 'sound'] as const;

export interface ConnectionPanelParts {
  readonly client: BrowserClient;
  readonly preferences: Preferences;
  readonly problems: ProblemBoard;
  /** Called in the gesture that connects, which is what browsers want for sound. */
  readonly startSound: () => void;
  /** Nobody could hear what is captured, and the switch is not to be seen. */
  readonly stopMicrophone: () => void;
}

/** The way in and out, and how the connection is. */
export class ConnectionPanel {
  readonly #parts: ConnectionPanelParts;
  readonly #entrance = find('entrance', HTMLFormElement);
  readonly #name = find('name', HTMLInputElement);
  readonly #password = find('password', HTMLInputElement);
  readonly #enter = find('enter', HTMLButtonElement);
  readonly #leave = find('leave', HTMLButtonElement);
  readonly #place = find('place', HTMLParagraphElement);
  readonly #connection = find('connection', HTMLParagraphElement);
  #retryAtMs: number | null = null;

  constructor(parts: ConnectionPanelParts) {
    this.#parts = parts;
    const { client, preferences } = parts;
    this.#name.value = preferences.name;
    this.#entrance.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#connect();
    });
    this.#leave.addEventListener('click', () => void this.#goOut());
    client.on('stateChanged', ({ state, previous }) => this.#changed(state, previous));
  }

  update(): void {
    const { state } = this.#parts.client;
    const inside = state.status === 'connected' || state.status === 'reconnecting';
    this.#entrance.hidden = inside;
    this.#leave.hidden = !inside;
    this.#enter.disabled = state.status === 'connecting';
    for (const id of SECTIONS) find(id, HTMLElement).hidden = !inside;
    document.body.classList.toggle('cut', state.status === 'reconnecting');
    if (state.status === 'connected') {
      setText(this.#place, `${state.organization.name} on ${state.server.name}`);
    }
    this.tick();
  }

  tick(): void {
    setText(this.#connection, this.#stateText());
  }

  #stateText(): string {
    const { state, self } = this.#parts.client;
    switch (state.status) {
      case 'disconnected':
      case 'closed':
        return 'Not connected';
      case 'connecting':
        return 'Connecting';
      case 'connected':
        return `Connected as ${self?.name ?? ''}`;
      case 'reconnecting': {
        if (this.#retryAtMs === null) return 'Connection lost: trying to come back';
        const seconds = Math.max(0, Math.ceil((this.#retryAtMs - performance.now()) / 1_000));
        return `Connection lost: trying again in ${seconds} s`;
      }
    }
  }

  async #connect(): Promise<void> {
    const { client, preferences, problems, startSound } = this.#parts;
    const name = this.#name.value.trim();
    preferences.name = name;
    problems.clear(ABOUT);
    // Before anything is waited for, or it would be no gesture any more.
    startSound();
    try {
      await client.connect(this.#authentication(name));
      this.#password.value = '';
    } catch (error) {
      problems.show(ABOUT, explain(error));
    }
  }

  #authentication(name: string): Authentication {
    const password = this.#password.value;
    return password === '' ? guest(name) : { method: 'password', credentials: { name, password } };
  }

  async #goOut(): Promise<void> {
    await this.#parts.client.close();
    location.reload();
  }

  #changed(state: ClientState, previous: ClientState): void {
    const { problems, stopMicrophone } = this.#parts;
    this.#retryAtMs = null;
    if (state.status === 'disconnected') stopMicrophone();
    if (state.status === 'reconnecting') {
      if (state.retryInMs !== null) this.#retryAtMs = performance.now() + state.retryInMs;
      const { code, sentence } = explainEnd(state.reason);
      const plan = 'This page comes back by itself as soon as it can; your nets are kept.';
      problems.show(ABOUT, { code, sentence: `${sentence} ${plan}` });
    } else if (state.status === 'connected') {
      problems.clear(ABOUT);
    } else if (state.status === 'disconnected' && previous.status !== 'connecting') {
      if (state.reason) problems.show(ABOUT, explainEnd(state.reason));
    }
  }
}
