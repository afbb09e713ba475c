import type { CommandPort } from '../control/command-port.js';
import type { MuteGate } from '../talk/mute-gate.js';

export interface SelfMuteParts {
  readonly commands: CommandPort;
  readonly gate: MuteGate;
  /** Voice that may not leave any more has to end now. */
  readonly mutesChanged: () => void;
}

/** Mutes and unmutes this client: silence from the first moment on, voice only when it is agreed. */
export class SelfMute {
  readonly #parts: SelfMuteParts;

  constructor(parts: SelfMuteParts) {
    this.#parts = parts;
  }

  async setMuted(muted: boolean): Promise<void> {
    const { commands, gate } = this.#parts;
    if (muted) this.#intend(true);
    await commands.call('session.setState', { muted });
    gate.intend(false);
  }

  intendOn(channelId: string, muted: boolean): void {
    this.#parts.gate.intendOn(channelId, muted);
    this.#parts.mutesChanged();
  }

  #intend(muted: boolean): void {
    this.#parts.gate.intend(muted);
    this.#parts.mutesChanged();
  }
}
