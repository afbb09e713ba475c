import { waitFor, type UdpImpairmentOptions } from '@sidetone/testkit';
import type { Hearing } from '../support/hearing.js';
import { ImpairedOperation } from '../support/impaired-operation.js';
import type { ServerSettings } from '../support/server-program.js';

/** What a listener heard of its talker, beside what was said. */
export interface Conversation extends Hearing {
  readonly said: number;
}

/** Longer than any of these tests: every silence is one of the network. */
const TALKSPURT_FRAMES = 50 * 300;

/**
 * Two that are each struck on one side only, all over UDP: `Mover` talks to `Still`, and `Speaker`
 * to `Roamer`. `Still` and `Speaker` have a good network.
 */
export class TwoConversations {
  readonly operation: ImpairedOperation;
  readonly #talkers: { readonly mover: string; readonly speaker: string };

  private constructor(
    operation: ImpairedOperation,
    talkers: { readonly mover: string; readonly speaker: string },
  ) {
    this.operation = operation;
    this.#talkers = talkers;
  }

  static async run<T>(
    settings: {
      readonly server?: ServerSettings;
      readonly udp?: Partial<UdpImpairmentOptions>;
      /** Nets that Mover talks to at once; `Still` is in the first one. */
      readonly moverTalksTo?: readonly string[];
    },
    test: (conversations: TwoConversations) => Promise<T>,
  ): Promise<T> {
    const { server, udp, moverTalksTo = ['Command'] } = settings;
    const operation = await ImpairedOperation.start(server, udp);
    try {
      return await test(await TwoConversations.#begin(operation, moverTalksTo));
    } finally {
      await operation.end();
    }
  }

  static async #begin(
    operation: ImpairedOperation,
    moverTalksTo: readonly string[],
  ): Promise<TwoConversations> {
    const url = operation.directUrl;
    const good = { transport: 'udp', url } as const;
    const struck = { transport: 'udp' } as const;
    await operation.person({ name: 'Still', ...good, channels: ['Command'] });
    await operation.person({ name: 'Roamer', ...struck, channels: ['Flight'] });
    const mover = await operation.person({ name: 'Mover', ...struck, channels: moverTalksTo });
    const speaker = await operation.person({ name: 'Speaker', ...good, channels: ['Flight'] });
    const { people } = operation;
    const long = { talkspurtFrames: TALKSPURT_FRAMES };
    await people.call('talk', { name: 'Mover', channels: moverTalksTo, speaker: 'alpha', ...long });
    await people.call('talk', { name: 'Speaker', channels: ['Flight'], speaker: 'bravo', ...long });
    const conversations = new TwoConversations(operation, { mover, speaker });
    await waitFor(async () => {
      const { still, roamer } = await conversations.now();
      return still.frames > 25 && roamer.frames > 25;
    });
    return conversations;
  }

  async now(): Promise<{ readonly still: Hearing; readonly roamer: Hearing }> {
    const { people } = this.operation;
    const { mover, speaker } = this.#talkers;
    return {
      still: of(await people.call('heard', 'Still'), mover),
      roamer: of(await people.call('heard', 'Roamer'), speaker),
    };
  }

  /** Lets both finish; what is still under way comes in. */
  async hush(): Promise<{ readonly still: Conversation; readonly roamer: Conversation }> {
    const { people } = this.operation;
    const fromMover = await people.call('hush', 'Mover');
    const fromSpeaker = await people.call('hush', 'Speaker');
    const { still, roamer } = await waitFor(async () => {
      const heard = await this.now();
      const all = heard.still.frames + heard.still.missing + heard.roamer.frames;
      return all + heard.roamer.missing >= fromMover + fromSpeaker ? heard : null;
    });
    return {
      still: { ...still, said: fromMover },
      roamer: { ...roamer, said: fromSpeaker },
    };
  }
}

const NOTHING: Omit<Hearing, 'session'> = {
  frames: 0,
  doubled: 0,
  missing: 0,
  gaps: [],
  silences: [],
  firstAt: 0,
  lastAt: 0,
};

function of(hearings: readonly Hearing[], session: string): Hearing {
  return hearings.find((hearing) => hearing.session === session) ?? { session, ...NOTHING };
}

/** The longest silence that ended in this span of wall time, in ms; 0 where there was none. */
export function longestSilenceMs(hearing: Hearing, from: number, until = Infinity): number {
  const inside = hearing.silences.filter(({ endedAt }) => endedAt >= from && endedAt <= until);
  return Math.max(0, ...inside.map(({ ms }) => ms));
}
