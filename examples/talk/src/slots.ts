import type {
  AudioSource,
  OpusSource,
  Channel,
  Client,
  Slot,
  TalkKeyboard,
  TalkTarget,
} from '@sidetone/client-sdk';

/** Number keys that talk to one net alone. A terminal tells no release, so they are latches. */
export class Slots {
  #keys: TalkKeyboard | null = null;

  /** @param base what is talked to while no number is down */
  async bind(client: Client, joined: readonly Channel[], base: TalkTarget): Promise<void> {
    const keys = client.talk.keyboard({ base, mode: 'open' });
    for (const [i, channel] of joined.slice(0, 8).entries()) {
      keys.bind((i + 1) as Slot, await client.talk.target({ channels: [channel] }), {
        style: 'latch',
      });
    }
    this.#keys = keys;
  }

  /** Nothing happens before the nets are joined, and for a number without a net. */
  press(number: number): void {
    if (this.#keys?.press(number as Slot)) this.#keys.release(number as Slot);
  }

  /** Talks until the source ends or the signal says stop. */
  async talk(client: Client, source: AudioSource | OpusSource, signal: AbortSignal): Promise<void> {
    try {
      await client.talk.feed(source, signal);
    } finally {
      this.#keys?.close();
    }
  }
}
