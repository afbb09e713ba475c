import { createClient, guest, type Client, type VoiceTransportName } from '@sidetone/client-sdk';
import type { Codec } from '@sidetone/protocol';
import type { SpeechName } from '@sidetone/testkit';
import { EndlessSpeech } from './endless-speech.js';
import { TalkerHearing, wallTime, type Hearing } from './hearing.js';
import { Journal } from './journal.js';
import { OutageRecord } from './outage-record.js';

export interface PersonSettings {
  readonly url: string;
  readonly name: string;
  readonly transport: VoiceTransportName;
  /** Stays away when it is cut off. */
  readonly staysAway?: boolean;
}

export interface PathChange {
  /** Wall time in ms. */
  readonly at: number;
  readonly direction: 'up' | 'down';
  readonly path: string | null;
}

/** Two seconds of speech, so that talkspurts begin and end all the time; with a short pause between. */
const TALKSPURT_FRAMES = 100;

/** A client as an app uses it, and the record of all that it told and heard. */
export class RecordedPerson {
  readonly client: Client;
  readonly journal: Journal;
  readonly record: OutageRecord;
  readonly pathChanges: PathChange[] = [];
  readonly #hearings = new Map<string, TalkerHearing>();
  #speech: EndlessSpeech | null = null;
  #talking: Promise<void> = Promise.resolve();

  constructor({ url, name, transport, staysAway = false }: PersonSettings, codec: Codec) {
    this.client = createClient({
      url,
      codec,
      authentication: guest(name),
      voice: { transports: transport === 'udp' ? ['udp', 'websocket'] : ['websocket'] },
      ...(staysAway ? { reconnect: () => null } : {}),
    });
    this.journal = new Journal(this.client);
    this.record = new OutageRecord(this.client);
    this.client.on('voicePathChanged', ({ direction, path }) => {
      this.pathChanges.push({ at: wallTime(), direction, path });
    });
    this.client.onFrame((frame) => {
      if (frame.packet.length === 0) return;
      const { session } = frame.source;
      const hearing = this.#hearings.get(session) ?? new TalkerHearing(session);
      this.#hearings.set(session, hearing);
      hearing.add(frame);
    });
  }

  get hearings(): readonly Hearing[] {
    return [...this.#hearings.values()].map((hearing) => hearing.summary());
  }

  forgetHearings(): void {
    this.#hearings.clear();
  }

  /** Registers one target and speaks to it without a pause, until `hush`. */
  async talk(
    channels: readonly string[],
    name: SpeechName,
    talkspurtFrames = TALKSPURT_FRAMES,
  ): Promise<void> {
    const ids = channels.map((channel) => this.client.channels.find(channel)?.id ?? channel);
    const target = await this.client.talk.target({ channels: ids });
    const speech = new EndlessSpeech(name);
    this.#speech = speech;
    this.#talking = (async () => {
      while (!speech.stopped) await target.play(speech.talkspurt(talkspurtFrames));
    })();
    // Whoever says hush is told; until then nobody waits for it.
    this.#talking.catch(() => {});
  }

  /**
   * Ends the talk after the present frame; resolves with the number of frames that were said. The
   * target stays: over a slow path its last frames would come after the end of its registration.
   */
  async hush(): Promise<number> {
    this.#speech?.stop();
    await this.#talking;
    const frames = this.#speech?.frames ?? 0;
    this.#speech = null;
    return frames;
  }
}
