import type {
  CloseReason,
  MethodName,
  MethodParams,
  MethodResult,
  PriorityClass,
  SignalName,
  TalkTargetSpec,
} from '@sidetone/protocol';
import type { Clock } from '../contracts/clock.js';
import type { VoiceIngress } from '../contracts/voice-ingress.js';
import { coreError } from '../error/error-codes.js';
import type { SessionOutlet } from '../session/session-outlet.js';
import { FrameInlet, type FrameConsumer } from './frame-inlet.js';
import type { InProcessLink, InProcessTransport } from './in-process-transport.js';
import { MediaTarget } from './media-target.js';
import { PortKeys } from './port-keys.js';
import { SourceNumbers } from './source-numbers.js';

/** A session of the domain as a media port drives it. */
export interface MediaPortSession {
  readonly sessionId: string;
  command<M extends 'channel.join' | 'channel.leave' | 'talk.register' | 'talk.unregister'>(
    method: M,
    params: MethodParams<M>,
  ): Promise<MethodResult<M>>;
  close(): void;
}

export interface MediaPortParts {
  readonly clock: Clock;
  /** Opens the participant; what it is sent goes to the outlet. */
  readonly openSession: (outlet: SessionOutlet) => MediaPortSession;
  readonly transport: InProcessTransport;
  readonly ingress: VoiceIngress;
}

export type MediaPortOptions = FrameConsumer & {
  /** Who talks, and refusals of the port's own talk. */
  readonly onSignal?: (name: SignalName, payload: unknown) => void;
  /** The session was ended by somebody else, for instance a kick. */
  readonly onClose?: (reason: CloseReason, detail: string) => void;
};

/**
 * A participant inside the process: a bot, a recorder, a gateway. Everybody sees it like any other
 * participant; it joins channels, talks and listens by the same rules. Frames are sealed and opened
 * inside core, and keys never come out. Methods reject with `WireError` as a client is answered,
 * and with `ERR_MEDIA_PORT_CLOSED` after the end.
 */
export interface MediaPort {
  readonly sessionId: string;
  join(channelId: string, options?: { readonly listening?: boolean }): Promise<void>;
  leave(channelId: string): Promise<void>;
  /** @param options source: `microphone` unless given; priority: 1 unless given */
  register(
    spec: TalkTargetSpec,
    options?: { readonly source?: string; readonly priority?: PriorityClass },
  ): Promise<MediaTarget>;
  /** Ends the session. Idempotent. */
  close(): void;
}

export function openMediaPort(parts: MediaPortParts, options: MediaPortOptions): MediaPort {
  return new InProcessPort(parts, options);
}

class InProcessPort implements MediaPort {
  readonly #parts: MediaPortParts;
  readonly #options: MediaPortOptions;
  readonly #keys = new PortKeys();
  readonly #inlet: FrameInlet;
  readonly #session: MediaPortSession;
  readonly #link: InProcessLink | null;
  /** By source id: all targets of a source count on together. */
  readonly #numbers = new Map<string, SourceNumbers>();
  readonly #targets = new Set<MediaTarget>();
  #closed = false;

  constructor(parts: MediaPortParts, options: MediaPortOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#inlet = new FrameInlet(parts.clock, this.#keys, options);
    this.#session = parts.openSession(this.#createOutlet());
    this.#link = parts.transport.connect(this.sessionId, parts.ingress, (frame) =>
      this.#inlet.receive(frame),
    );
  }

  get sessionId(): string {
    return this.#session.sessionId;
  }

  async join(channelId: string, options: { readonly listening?: boolean } = {}): Promise<void> {
    const { keys } = await this.#command('channel.join', { channel: channelId, ...options });
    for (const each of keys) this.#keys.install(each);
    this.#retry();
  }

  async leave(channelId: string): Promise<void> {
    await this.#command('channel.leave', { channel: channelId });
    this.#keys.forgetChannel(channelId);
  }

  async register(
    spec: TalkTargetSpec,
    options: { readonly source?: string; readonly priority?: PriorityClass } = {},
  ): Promise<MediaTarget> {
    const { clock } = this.#parts;
    const registered = await this.#command('talk.register', { target: spec, ...options });
    const sourceId = registered.source.id;
    const numbers = this.#numbers.get(sourceId) ?? new SourceNumbers(clock);
    this.#numbers.set(sourceId, numbers);
    const target = new MediaTarget({
      clock,
      keys: this.#keys,
      numbers,
      registered,
      emit: (body) => this.#link?.send(body),
      unregister: async () => {
        this.#targets.delete(target);
        await this.#command('talk.unregister', { target: registered.target });
      },
    });
    this.#targets.add(target);
    return target;
  }

  close(): void {
    if (!this.#end()) return;
    this.#session.close();
  }

  #command<M extends Parameters<MediaPortSession['command']>[0]>(
    method: M,
    params: MethodParams<M>,
  ): Promise<MethodResult<M>> {
    if (!this.#closed) return this.#session.command(method, params);
    const message = `"${method satisfies MethodName}" came after the end of the port; open another`;
    return Promise.reject(coreError('ERR_MEDIA_PORT_CLOSED', message));
  }

  /** Whether it was still open. */
  #end(): boolean {
    if (this.#closed) return false;
    this.#closed = true;
    for (const target of this.#targets) target.abandon();
    this.#targets.clear();
    this.#link?.close();
    this.#inlet.clear();
    this.#keys.clear();
    return true;
  }

  #retry(): void {
    this.#parts.transport.call(() => this.#inlet.retry());
  }

  #createOutlet(): SessionOutlet {
    return {
      state: () => undefined,
      pluginEvent: () => undefined,
      signal: (name, payload) => {
        if (this.#closed) return;
        this.#parts.transport.call(() => this.#options.onSignal?.(name, payload));
      },
      installKeys: (keys) => {
        if (this.#closed)
          return Promise.reject(coreError('ERR_MEDIA_PORT_CLOSED', 'the port is closed'));
        this.#keys.install(keys);
        this.#retry();
        return Promise.resolve();
      },
      activateKeys: (activation) => this.#keys.activate(activation),
      announceSenders: (senders) => {
        this.#keys.announce(senders);
        this.#retry();
      },
      close: (reason, detail) => {
        if (!this.#end()) return;
        this.#parts.transport.call(() => this.#options.onClose?.(reason, detail));
      },
    };
  }
}
