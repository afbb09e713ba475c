import { createClient, guest, type Client } from '@sidetone/client-sdk';
import { opus } from '@sidetone/plugin-opus';
import { EndlessSpeech } from '../../end-to-end/support/endless-speech.js';
import type { SpeechName } from '@sidetone/testkit';

/** Somebody with the SDK in Node, who talks without a pause and keeps what is heard of each talker. */
export class NodeTalker {
  readonly #client: Client;
  readonly #listening = new AbortController();
  readonly #speeches: EndlessSpeech[] = [];
  #recorded = new Map<string, Float32Array[]>();
  #heard: Promise<void> = Promise.resolve();

  private constructor(client: Client) {
    this.#client = client;
  }

  static async enter(url: string, name: string, channel: string): Promise<NodeTalker> {
    const client = createClient({ url, codec: opus(), authentication: guest(name) });
    const talker = new NodeTalker(client);
    await client.connect();
    await client.channels.join(channel);
    client.playback.addTap({
      write: ({ source, samples }) => {
        const blocks = talker.#recorded.get(source.session) ?? [];
        blocks.push(samples.slice());
        talker.#recorded.set(source.session, blocks);
      },
    });
    const { signal } = talker.#listening;
    talker.#heard = client.playback.playTo({ write: () => undefined }, { signal });
    return talker;
  }

  get session(): string {
    return this.#client.self?.id ?? '';
  }

  /** How many frames of 20 ms it has said. */
  get frames(): number {
    return this.#speeches.reduce((sum, { frames }) => sum + frames, 0);
  }

  /** Talks until the signal says stop. */
  async talk(channel: string, name: SpeechName, signal: AbortSignal): Promise<void> {
    const membership = this.#client.channels.find(channel)?.membership;
    if (!membership) throw new Error(`${channel} is not joined`);
    const target = await membership.talk();
    const speech = new EndlessSpeech(name);
    this.#speeches.push(speech);
    signal.addEventListener('abort', () => speech.stop());
    await target.play(speech.talkspurt(Infinity));
    await target.unregister();
  }

  record(): void {
    this.#recorded = new Map();
  }

  recorded(): ReadonlyMap<string, Float32Array> {
    return new Map([...this.#recorded].map(([session, blocks]) => [session, joined(blocks)]));
  }

  async close(): Promise<void> {
    this.#listening.abort();
    await this.#heard;
    await this.#client.close();
  }
}

function joined(blocks: readonly Float32Array[]): Float32Array {
  const samples = new Float32Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    samples.set(block, at);
    at += block.length;
  }
  return samples;
}
