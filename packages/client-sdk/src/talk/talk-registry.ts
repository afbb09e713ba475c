import {
  isVoiceError,
  type MethodResult,
  type PriorityClass,
  type SourceView,
  type TalkTargetSpec,
} from '@sidetone/protocol';
import { idOf } from '../channel/channels.js';
import type { CommandPort } from '../control/command-port.js';
import type { Speaker } from '../media/speaker.js';
import type { Lane } from './lane-selection.js';
import { DEFAULT_SOURCE } from './source-settings.js';
import type { TalkSource } from './talk-source.js';
import { TalkTarget, type TalkRegistration } from './talk-target.js';
import type { TalkTargetOptions, TalkTargetSelection } from './talk-target-options.js';

export interface TalkRegistryParts {
  /** The route is over with the target that it was made for. */
  readonly routeEnded: (routeId: string) => void;
  readonly commands: CommandPort;
  readonly source: (name: string) => TalkSource;
  readonly targetClosed: (target: TalkTarget) => void;
}

const NORMAL: PriorityClass = 1;

/**
 * The registered targets of a client, and the sources that speak to them. They outlive a session that
 * is lost: the next one registers them again.
 */
export class TalkRegistry {
  readonly #parts: TalkRegistryParts;
  /** Those that the server knows. */
  readonly #speakers = new Set<Speaker>();
  readonly #targets = new Set<TalkTarget>();
  readonly #byHandle = new Map<number, TalkTarget>();

  constructor(parts: TalkRegistryParts) {
    this.#parts = parts;
  }

  get targets(): readonly TalkTarget[] {
    return [...this.#targets];
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
    const spec = specOf(selection);
    return this.#parts.commands.call(
      'talk.register',
      { source: sourceName, priority, target: spec },
      (result) => this.#add(result, spec, source, priority),
    );
  }

  /** The session is lost, and all that it knew of targets and sources with it. */
  suspend(): void {
    for (const target of this.#targets) target.suspend();
    for (const speaker of this.#speakers) speaker.abandonLanes();
    this.#byHandle.clear();
  }

  /** Registers a target again that a lost session knew. Rejects with what the server answers. */
  async restore(target: TalkTarget, spec: TalkTargetSpec): Promise<void> {
    const { source, priority } = target;
    await this.#parts.commands.call('talk.register', { source, priority, target: spec }, (result) =>
      this.#bind(target, result, spec),
    );
    // Given up while the server was asked.
    if (target.closed) await this.#unregister(target);
  }

  /**
   * The server has been restarted and knows these targets still, under other handles. One that it
   * does not name is to be registered again.
   */
  adopt(registered: MethodResult<'session.resume'>['targets']): void {
    const byId = new Map(registered.map((each) => [each.target, each]));
    for (const target of this.#targets) {
      const result = byId.get(target.id);
      if (result) this.#bind(target, result, target.spec);
    }
  }

  /** What the server does not take again ends. */
  drop(target: TalkTarget): void {
    this.#remove(target);
  }

  /** The mutes have changed: what may talk no more ends now and not with the next frame. */
  mutesChanged(): void {
    for (const speaker of this.#speakers) speaker.endNow();
  }

  close(): void {
    for (const target of [...this.#targets]) this.#remove(target);
    for (const speaker of this.#speakers) speaker.leave();
    this.#speakers.clear();
  }

  #add(
    result: MethodResult<'talk.register'>,
    spec: TalkTargetSpec,
    source: TalkSource,
    priority: PriorityClass,
  ): TalkTarget {
    this.#introduce(source, result.source);
    const registration = registrationOf(result, spec, priority);
    const target = new TalkTarget({
      registration,
      priority,
      source,
      unregister: (registered) => this.#unregister(registered),
    });
    this.#targets.add(target);
    for (const { handle } of registration.lanes) this.#byHandle.set(handle, target);
    return target;
  }

  #bind(target: TalkTarget, result: MethodResult<'talk.register'>, spec: TalkTargetSpec): void {
    const registration = registrationOf(result, spec, target.priority);
    this.#introduce(this.#parts.source(target.source), result.source);
    target.resume(registration);
    for (const { handle } of registration.lanes) this.#byHandle.set(handle, target);
  }

  #introduce({ speaker }: TalkSource, source: SourceView): void {
    speaker.sourceIs(source);
    this.#speakers.add(speaker);
  }

  async #unregister(target: TalkTarget): Promise<void> {
    const isKnown = target.registered || target.closed;
    this.#remove(target);
    if (!isKnown) return;
    try {
      await this.#parts.commands.call('talk.unregister', { target: target.id });
    } catch (error) {
      // The session has taken the target with it.
      if (!isVoiceError(error) || error.code !== 'ERR_CLIENT_DISCONNECTED') throw error;
    }
  }

  #remove(target: TalkTarget): void {
    this.#targets.delete(target);
    target.close();
    this.#parts.targetClosed(target);
    for (const { handle, route } of target.lanes) {
      if (this.#byHandle.get(handle) === target) this.#byHandle.delete(handle);
      // Whispers and shouts are routes of this target alone and end with it.
      if (route.kind !== 'channel') this.#parts.routeEnded(route.id);
    }
  }
}

function registrationOf(
  { target, handles }: MethodResult<'talk.register'>,
  spec: TalkTargetSpec,
  priority: PriorityClass,
): TalkRegistration {
  return { id: target, spec, lanes: handles.map((handle): Lane => ({ ...handle, priority })) };
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
