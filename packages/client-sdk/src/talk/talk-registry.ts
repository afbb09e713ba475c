import type { MethodResult, PriorityClass, SourceView, TalkTargetSpec } from '@sidetone/protocol';
import { idOf } from '../channel/channels.js';
import type { Clock } from '../clock/clock.js';
import type { CommandPort } from '../control/command-port.js';
import type { KeyRing } from '../key/key-ring.js';
import { FrameSealer, type FrameSealerParts } from './frame-sealer.js';
import type { Lane } from './lane-selection.js';
import type { MuteGate } from './mute-gate.js';
import { randomUint32, SourceTimeline } from './source-timeline.js';
import { DEFAULT_SOURCE } from './source-settings.js';
import { TalkSender } from './talk-sender.js';
import type { TalkSource } from './talk-source.js';
import { TalkTarget } from './talk-target.js';
import type { TalkTargetOptions, TalkTargetSelection } from './talk-target-options.js';

export interface TalkRegistryParts extends Omit<FrameSealerParts, 'keys'> {
  readonly clock: Clock;
  readonly keys: KeyRing;
  readonly commands: CommandPort;
  readonly gate: MuteGate;
  readonly source: (name: string) => TalkSource;
  readonly report: (cause: unknown) => void;
}

const NORMAL: PriorityClass = 1;

/** The registered targets of one session, and the senders of its sources. */
export class TalkRegistry {
  readonly #parts: TalkRegistryParts;
  readonly #senders = new Map<string, TalkSender>();
  readonly #targets = new Set<TalkTarget>();
  readonly #byHandle = new Map<number, TalkTarget>();

  constructor(parts: TalkRegistryParts) {
    this.#parts = parts;
  }

  get targets(): readonly TalkTarget[] {
    return [...this.#targets];
  }

  sender(sourceName: string): TalkSender | null {
    return this.#senders.get(sourceName) ?? null;
  }

  targetOf(talkHandle: number): TalkTarget | null {
    return this.#byHandle.get(talkHandle) ?? null;
  }

  async register(
    selection: TalkTargetSelection,
    options: TalkTargetOptions = {},
  ): Promise<TalkTarget> {
    const { source: sourceName = DEFAULT_SOURCE, priority = NORMAL } = options;
    const source = this.#parts.source(sourceName);
    return this.#parts.commands.call(
      'talk.register',
      { source: sourceName, priority, target: specOf(selection) },
      (result) => this.#add(result, source, priority),
    );
  }

  /** The mutes have changed: what may talk no more ends now and not with the next frame. */
  mutesChanged(): void {
    for (const sender of this.#senders.values()) sender.endNow();
  }

  close(): void {
    for (const target of [...this.#targets]) this.#remove(target);
    for (const sender of this.#senders.values()) sender.close();
    this.#senders.clear();
  }

  #add(
    result: MethodResult<'talk.register'>,
    source: TalkSource,
    priority: PriorityClass,
  ): TalkTarget {
    const sender = this.#senderFor(source.name, result.source);
    const { clock, report } = this.#parts;
    const lanes = result.handles.map(({ handle, route }): Lane => ({ handle, route, priority }));
    const target = new TalkTarget({
      id: result.target,
      lanes,
      priority,
      source,
      sender,
      clock,
      report,
      unregister: (registered) => this.#unregister(registered),
    });
    this.#targets.add(target);
    for (const { handle } of lanes) this.#byHandle.set(handle, target);
    return target;
  }

  #senderFor(name: string, source: SourceView): TalkSender {
    const known = this.#senders.get(name);
    if (known) return known;
    const { clock, gate } = this.#parts;
    const sender = new TalkSender({
      source,
      clock,
      timeline: new SourceTimeline(clock, randomUint32),
      sealer: new FrameSealer(this.#parts),
      mayTalk: (route) => gate.mayTalk(route),
    });
    this.#senders.set(name, sender);
    return sender;
  }

  async #unregister(target: TalkTarget): Promise<void> {
    this.#remove(target);
    await this.#parts.commands.call('talk.unregister', { target: target.id });
  }

  #remove(target: TalkTarget): void {
    this.#targets.delete(target);
    target.close();
    for (const { handle, route } of target.lanes) {
      if (this.#byHandle.get(handle) === target) this.#byHandle.delete(handle);
      // Whispers and shouts are routes of this target alone and end with it.
      if (route.kind !== 'channel') this.#parts.keys.forgetRoute(route.id);
    }
  }
}

function specOf({ channels, users, subtree }: TalkTargetSelection): TalkTargetSpec {
  return {
    ...(channels === undefined ? {} : { channels: channels.map(idOf) }),
    ...(users === undefined
      ? {}
      : { users: users.map((user) => (typeof user === 'string' ? user : user.userId)) }),
    ...(subtree === undefined ? {} : { subtree: idOf(subtree) }),
  };
}
