import {
  createValidator,
  signals,
  type PriorityClass,
  type SignalName,
  type SignalPayload,
  type TransmissionView,
  type Validator,
} from '@sidetone/protocol';
import type { Channel } from '../channel/channel.js';
import type { Directory } from '../state/directory.js';
import type { TransmissionBook } from '../state/transmission-book.js';
import type { TalkTarget } from '../talk/talk-target.js';
import type { Announce, Transmission } from './client-events.js';

export interface SignalRouterParts {
  readonly directory: Directory;
  readonly transmissions: TransmissionBook;
  readonly announce: Announce;
  readonly targetOf: (talkHandle: number) => TalkTarget | null;
  readonly tick: (seq: number) => void;
  readonly downlinkIs: (downlink: SignalPayload<'voicePathChanged'>['downlink']) => void;
  readonly feedback: (feedback: SignalPayload<'voiceFeedback'>) => void;
  readonly rejected: (message: string) => void;
}

type Handlers = { readonly [S in SignalName]: (payload: SignalPayload<S>) => void };

const validators = new Map<string, Validator<unknown>>(
  Object.entries(signals).map(([name, schema]) => [name, createValidator(schema)]),
);

/** Takes signals to where they belong. One off its schema is told and forgotten: nothing hangs on it. */
export class SignalRouter {
  readonly #parts: SignalRouterParts;
  readonly #handlers: Handlers;

  constructor(parts: SignalRouterParts) {
    this.#parts = parts;
    this.#handlers = {
      tick: ({ seq }) => parts.tick(seq),
      transmissionStarted: (view) => parts.transmissions.news(view),
      transmissionUpdated: (view) => parts.transmissions.news(view),
      transmissionEnded: ({ id, reason }) => parts.transmissions.end(id, reason),
      transmissionEnding: (ending) => this.#announceEnding(ending),
      transmissionRefused: (refusal) => this.#announceRefusal(refusal),
      voiceFeedback: (feedback) => parts.feedback(feedback),
      voicePathChanged: ({ downlink }) => parts.downlinkIs(downlink),
    };
  }

  static isSignal(name: string): name is SignalName {
    return validators.has(name);
  }

  route(name: SignalName, params: unknown): void {
    const validation = validators.get(name)?.validate(params);
    if (validation?.ok === true) {
      (this.#handlers[name] as (payload: unknown) => void)(validation.value);
    } else {
      this.#parts.rejected(`"${name}" is off its schema: ${validation?.message ?? 'unknown'}`);
    }
  }

  #announceEnding({ id, route, inMs }: SignalPayload<'transmissionEnding'>): void {
    const { announce, directory, transmissions } = this.#parts;
    const view = transmissions.all().find((transmission) => transmission.id === id);
    announce('transmissionEnding', {
      transmission: view === undefined ? null : transmissionOf(view, directory),
      channel: route.channel === undefined ? null : directory.channel(route.channel),
      inMs,
    });
  }

  #announceRefusal({ handle, route, code, holder }: SignalPayload<'transmissionRefused'>): void {
    const { announce, directory, targetOf } = this.#parts;
    announce('transmissionRefused', {
      code,
      target: targetOf(handle),
      channel: route.channel === undefined ? null : directory.channel(route.channel),
      holder: holder === undefined ? null : directory.participant(holder),
    });
  }
}

/** A transmission in terms of live objects. */
export function transmissionOf(view: TransmissionView, directory: Directory): Transmission {
  const { id, source, routes, priority } = view;
  const patches = (view.patches ?? []).flatMap((patch) => directory.patch(patch) ?? []);
  const direct = routes.flatMap(({ channel }): Channel[] => {
    const known = channel === undefined ? null : directory.channel(channel);
    return known ? [known] : [];
  });
  const channels = [...new Set([...direct, ...patches.flatMap((patch) => patch.channels)])];
  const talker = directory.participant(source.session);
  return { id, talker, source, channels, patches, routes, priority: priority as PriorityClass };
}
