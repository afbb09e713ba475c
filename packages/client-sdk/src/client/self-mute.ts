import type { CommandPort } from '../control/command-port.js';
import type { MuteGate } from '../talk/mute-gate.js';

export interface SelfMuteParts {
  readonly commands: CommandPort;
  readonly gate: MuteGate;
  /** Voice that may not leave any more has to end now. */
  readonly mutesChanged: () => void;
  readonly failed: (message: string) => void;
}

/** Mutes and unmutes this client: silence from the first moment on, voice only when it is agreed. */
export class SelfMute {
  readonly #parts: SelfMuteParts;
  #asking = 0;

  constructor(parts: SelfMuteParts) {
    this.#parts = parts;
  }

  async setMuted(muted: boolean): Promise<void> {
    const { commands, gate } = this.#parts;
    if (muted) this.intend();
    this.#asking += 1;
    try {
      await commands.call('session.setState', { muted });
      gate.intend(false);
    } finally {
      this.#asking -= 1;
    }
  }

  /** Silence from now on, whether the server knows or not. */
  intend(): void {
    this.#parts.gate.intend(true);
    this.#parts.mutesChanged();
  }

  intendOn(channelId: string, muted: boolean): void {
    this.#parts.gate.intendOn(channelId, muted);
    this.#parts.mutesChanged();
  }

  /**
   * The connection is back: a mute that the server has not heard of, because the outage outlasted
   * the call, is told now. Others see then what is so.
   */
  resend(): void {
    if (!this.#parts.gate.intended || this.#asking > 0) return;
    this.setMuted(true).catch((error: unknown) =>
      this.#parts.failed(`the mute could not be told to the server: ${String(error)}`),
    );
  }
}
