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
  /** Calls without an answer yet, by channel; `null` for all nets. */
  readonly #asking = new Map<string | null, number>();

  constructor(parts: SelfMuteParts) {
    this.#parts = parts;
  }

  async setMuted(muted: boolean): Promise<void> {
    const { commands, gate } = this.#parts;
    if (muted) gate.intend(true);
    this.#parts.mutesChanged();
    await this.#ask(null, () => commands.call('session.setState', { muted }));
    gate.intend(false);
  }

  /** The same on one net. */
  async setMutedOn(channel: string, muted: boolean): Promise<void> {
    const { commands, gate } = this.#parts;
    if (muted) gate.intendOn(channel, true);
    this.#parts.mutesChanged();
    await this.#ask(channel, () => commands.call('channel.setMembership', { channel, muted }));
    gate.intendOn(channel, false);
    this.#parts.mutesChanged();
  }

  /**
   * The connection is back: mutes that the server has not heard of, because the outage outlasted
   * the call, are told now. Others see then what is so.
   */
  resend(): void {
    const { gate } = this.#parts;
    if (gate.intended) this.#resend(null, () => this.setMuted(true));
    for (const channel of gate.intendedOn) {
      this.#resend(channel, () => this.setMutedOn(channel, true));
    }
  }

  #resend(channel: string | null, ask: () => Promise<void>): void {
    if (this.#asking.has(channel)) return;
    ask().catch((error: unknown) =>
      this.#parts.failed(`a mute could not be told to the server: ${String(error)}`),
    );
  }

  async #ask(channel: string | null, ask: () => Promise<unknown>): Promise<void> {
    this.#asking.set(channel, (this.#asking.get(channel) ?? 0) + 1);
    try {
      await ask();
    } finally {
      const left = (this.#asking.get(channel) ?? 0) - 1;
      if (left > 0) this.#asking.set(channel, left);
      else this.#asking.delete(channel);
    }
  }
}
