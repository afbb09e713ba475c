import {
  isVoiceError,
  isWireErrorCode,
  wireErrors,
  WireError,
  type TalkTargetSpec,
  type VoiceError,
} from '@sidetone/protocol';
import type { ChannelMembership } from '../channel/channel-membership.js';
import type { Channel } from '../channel/channel.js';
import type { Channels } from '../channel/channels.js';
import type { Clock } from '../clock/clock.js';
import type { CommandPort } from '../control/command-port.js';
import { clientError } from '../error/client-error.js';
import type { Participant } from '../state/participant.js';
import type { TalkRegistry } from '../talk/talk-registry.js';
import type { TalkTarget } from '../talk/talk-target.js';
import type { Announce, RestoreFailure } from './client-events.js';
import type { SelfMute } from './self-mute.js';

export interface SessionRestorerParts {
  readonly clock: Clock;
  readonly commands: CommandPort;
  readonly channels: Channels;
  readonly talk: TalkRegistry;
  readonly selfMute: SelfMute;
  readonly self: () => Participant | null;
  readonly announce: Announce;
}

/** A stay in a channel that the next session is to have again. */
interface Stay {
  readonly membership: ChannelMembership;
  readonly channelId: string;
  readonly channelName: string;
  readonly listening: boolean;
  readonly selected: boolean;
  readonly muted: boolean;
  readonly deafened: boolean;
}

/** What a lost session had. */
interface Belongings {
  readonly muted: boolean;
  readonly deafened: boolean;
  readonly stays: readonly Stay[];
  /** The session is the same one: only what it has not is given back to it. */
  readonly goesOn: boolean;
  /** Names from the top down, for servers that give their channels new ids. */
  readonly paths: ReadonlyMap<string, readonly string[]>;
}

type Step = 'done' | 'failed';

/** A busy server is asked again for so long; then the app is told. */
const RESTORE_TIMEOUT_MS = 30_000;
const DEFAULT_RETRY_MS = 1_000;

/**
 * Gives a new session what a lost one had: mutes, stays in channels with their flags, talk targets.
 * What the server refuses is told as `restoreFailed`; the rest goes on.
 */
export class SessionRestorer {
  readonly #parts: SessionRestorerParts;
  /** Not restored yet. A session lost halfway leaves it to the next one. */
  #belongings: Belongings | null = null;
  /** Of the run in progress; others notice by it that they are over. */
  #run: symbol | null = null;
  readonly #wakers = new Set<() => void>();

  constructor(parts: SessionRestorerParts) {
    this.#parts = parts;
  }

  /** The session is lost: remembers what it had. */
  capture(): void {
    this.#capture(this.#parts.self(), false);
  }

  /** A restarted server has the session as it was last written: what came after that may be missing. */
  captureUnwritten(): void {
    this.#capture(null, true);
  }

  #capture(self: Participant | null, goesOn: boolean): void {
    const { channels, talk } = this.#parts;
    const stays = channels.joined.map(stayOf);
    const unfinished = this.#belongings;
    this.#stop();
    const held = new Set(stays.map(({ channelId }) => channelId));
    stays.push(...(unfinished?.stays ?? []).filter(({ channelId }) => !held.has(channelId)));
    this.#belongings = {
      muted: (self?.muted ?? false) || (unfinished?.muted ?? false),
      deafened: (self?.deafened ?? false) || (unfinished?.deafened ?? false),
      stays,
      goesOn,
      paths: new Map([...(unfinished?.paths ?? []), ...pathsOf(channels, stays, talk.targets)]),
    };
  }

  /** A session is there: asks for what was captured, if anything was. */
  restore(): void {
    const belongings = this.#belongings;
    if (belongings === null || this.#run !== null) return;
    const run = Symbol('restore');
    this.#run = run;
    void this.#restore(belongings, run).then(() => {
      if (this.#run !== run) return;
      this.#belongings = null;
      this.#run = null;
    });
  }

  /** There will be no other session. */
  forget(): void {
    this.#stop();
    this.#belongings = null;
  }

  async #restore(belongings: Belongings, run: symbol): Promise<void> {
    const { talk } = this.#parts;
    await Promise.all([
      this.#restoreFlags(belongings, run),
      ...belongings.stays.map((stay) => this.#restoreStay(stay, belongings, run)),
    ]);
    // Behind the mutes: without a target no word leaves that one of them would have held back.
    const targets = talk.targets.filter(({ registered }) => !registered);
    await Promise.all(targets.map((target) => this.#restoreTarget(target, belongings, run)));
  }

  async #restoreFlags({ muted, deafened }: Belongings, run: symbol): Promise<void> {
    const { selfMute, commands } = this.#parts;
    if (muted) await this.#try(run, { what: 'muted' }, () => selfMute.setMuted(true));
    if (!deafened) return;
    await this.#try(run, { what: 'deafened' }, () =>
      commands.call('session.setState', { deafened }),
    );
  }

  async #restoreStay(stay: Stay, belongings: Belongings, run: symbol): Promise<void> {
    const { channels } = this.#parts;
    const { channelId, channelName, membership, listening, selected, muted, deafened } = stay;
    if (belongings.goesOn && channels.byId(channelId)?.membership) return;
    const failure: RestoreFailure = { what: 'membership', channelId, channelName };
    const step = await this.#try(run, failure, () =>
      channels.rejoin(this.#resolve(channelId, channelName, belongings), membership, listening),
    );
    if (step !== 'done') return;
    const flags: RestoreFailure = { what: 'membershipFlags', channel: membership.channel };
    if (muted) await this.#try(run, flags, () => membership.setMuted(true));
    if (deafened) await this.#try(run, flags, () => membership.setDeafened(true));
    if (selected) await this.#try(run, flags, () => membership.setSelected(true));
  }

  async #restoreTarget(target: TalkTarget, belongings: Belongings, run: symbol): Promise<void> {
    const { talk } = this.#parts;
    const step = await this.#try(run, { what: 'target', target }, () =>
      talk.restore(target, this.#translate(target.spec, belongings)),
    );
    if (step === 'failed') talk.drop(target);
  }

  /** `null`: it does not matter any more. */
  async #try(
    run: symbol,
    failure: RestoreFailure,
    work: () => Promise<unknown>,
  ): Promise<Step | null> {
    const { clock, announce } = this.#parts;
    const until = clock.now() + RESTORE_TIMEOUT_MS;
    while (this.#run === run) {
      try {
        await work();
        return this.#run === run ? 'done' : null;
      } catch (cause) {
        if (this.#run !== run) return null;
        const error = asVoiceError(cause);
        const retryInMs = retryDelayMs(error);
        if (retryInMs === null || clock.now() + retryInMs > until) {
          announce('restoreFailed', { failure, error });
          return 'failed';
        }
        await this.#sleep(retryInMs);
      }
    }
    return null;
  }

  #resolve(channelId: string, name: string, { paths }: Belongings): Channel {
    const { channels } = this.#parts;
    const channel = channels.byId(channelId) ?? channels.byPath(paths.get(channelId) ?? []);
    if (channel) return channel;
    throw clientError('ERR_CLIENT_NOT_FOUND', `"${name}" is no channel that this client may see`, {
      details: { channel: channelId },
    });
  }

  #translate(spec: TalkTargetSpec, belongings: Belongings): TalkTargetSpec {
    const { channels, subtree } = spec;
    const resolve = (id: string): string => {
      const name = belongings.paths.get(id)?.at(-1) ?? id;
      return this.#resolve(id, name, belongings).id;
    };
    return {
      ...spec,
      ...(channels === undefined ? {} : { channels: channels.map(resolve) }),
      ...(subtree === undefined ? {} : { subtree: resolve(subtree) }),
    };
  }

  #sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        this.#wakers.delete(wake);
        resolve();
      };
      const cancel = this.#parts.clock.after(delayMs, wake);
      this.#wakers.add(wake);
    });
  }

  #stop(): void {
    this.#run = null;
    for (const wake of [...this.#wakers]) wake();
  }
}

function stayOf(membership: ChannelMembership): Stay {
  const { channel, listening, selected, muted, deafened } = membership;
  const [channelId, channelName] = [channel.id, channel.name];
  return { membership, channelId, channelName, listening, selected, muted, deafened };
}

function pathsOf(
  channels: Channels,
  stays: readonly Stay[],
  targets: readonly TalkTarget[],
): [string, readonly string[]][] {
  const named = targets.flatMap(({ spec }) =>
    [...(spec.channels ?? []), spec.subtree ?? []].flat(),
  );
  const ids = new Set([...stays.map(({ channelId }) => channelId), ...named]);
  return [...ids].flatMap((id): [string, readonly string[]][] => {
    const channel = channels.byId(id);
    return channel ? [[id, channels.pathOf(channel)]] : [];
  });
}

/** `null` where asking again does not help, or might do a thing twice. */
function retryDelayMs(error: VoiceError): number | null {
  const { code } = error;
  if (!isWireErrorCode(code) || !wireErrors[code].retryable) return null;
  if (code === 'REQUEST_TIMEOUT') return null;
  return (error instanceof WireError ? error.retryAfterMs : undefined) ?? DEFAULT_RETRY_MS;
}

function asVoiceError(cause: unknown): VoiceError {
  if (isVoiceError(cause)) return cause;
  return clientError('ERR_CLIENT_STATE', 'it could not be restored', { cause });
}
