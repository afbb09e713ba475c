import type { MembershipView, MethodParams, PriorityClass } from '@sidetone/protocol';
import type { CommandPort } from '../control/command-port.js';
import { clientError } from '../error/client-error.js';
import type { MembershipRecord } from '../state/organization-state.js';
import type { RegisterTarget, TalkTargetOptions } from '../talk/talk-target-options.js';
import type { TalkTarget } from '../talk/talk-target.js';
import type { Channel } from './channel.js';

export interface MembershipPort extends CommandPort {
  readonly registerTarget: RegisterTarget;
  /** Muted: holds voice to the channel back at once, whatever the server has said so far. */
  setMutedOn(channelId: string, muted: boolean): Promise<void>;
}

/** One stay in a channel, as one session knows it. */
export interface Membership {
  readonly channel: Channel;
  /** Of this client. */
  readonly session: string;
  readonly record: MembershipRecord;
}

export interface ChannelMembershipParts extends Membership {
  readonly port: MembershipPort;
}

/**
 * This client in one channel. The flags are what the server last said; a call that changes one
 * resolves when they say so. After `leave`, a kick or the channel's end, `joined` is false, the
 * flags keep their last values and the calls reject with `ERR_CLIENT_NOT_JOINED`. When a session is
 * lost and another takes its place, the membership goes on in it.
 */
export class ChannelMembership {
  readonly #port: MembershipPort;
  #membership: Membership;

  constructor(parts: ChannelMembershipParts) {
    this.#membership = parts;
    this.#port = parts.port;
  }

  get channel(): Channel {
    return this.#membership.channel;
  }

  /** Coming back after leaving is another membership. */
  get joined(): boolean {
    const { channel, session, record } = this.#membership;
    return channel.recordOf(session) === record;
  }

  /** It goes on in another session; called by `Channels`. */
  rebind(membership: Membership): void {
    this.#membership = membership;
  }

  /** Hears the net. */
  get listening(): boolean {
    return this.#view.listening;
  }

  /** Of several nets shared with a talker, a selected one is where its frame is heard. */
  get selected(): boolean {
    return this.#view.selected ?? false;
  }

  /** By itself, on this net. */
  get muted(): boolean {
    return this.#view.muted;
  }

  /** By itself, on this net. */
  get deafened(): boolean {
    return this.#view.deafened;
  }

  get mutedByModerator(): boolean {
    return this.#view.mutedByModerator;
  }

  get deafenedByModerator(): boolean {
    return this.#view.deafenedByModerator;
  }

  /** The highest priority it may talk with here; higher ones are lowered to it. */
  get maxPriority(): PriorityClass {
    return (this.#view.maxPriority ?? 1) as PriorityClass;
  }

  setListening(listening: boolean): Promise<void> {
    return this.#set({ listening });
  }

  setSelected(selected: boolean): Promise<void> {
    return this.#set({ selected });
  }

  /**
   * Muting stops voice to this net at once, not when the server has answered, and holds even if the
   * call rejects; unmuting counts from the server's answer.
   */
  async setMuted(muted: boolean): Promise<void> {
    this.#requireJoined();
    await this.#port.setMutedOn(this.channel.id, muted);
  }

  setDeafened(deafened: boolean): Promise<void> {
    return this.#set({ deafened });
  }

  async leave(): Promise<void> {
    this.#requireJoined();
    await this.#port.call('channel.leave', { channel: this.channel.id });
  }

  /** Registers this channel as a talk target: call it ahead of the first word. */
  async talk(options: TalkTargetOptions = {}): Promise<TalkTarget> {
    this.#requireJoined();
    return this.#port.registerTarget({ channels: [this.channel] }, options);
  }

  get #view(): MembershipView {
    return this.#membership.record.view;
  }

  async #set(change: Omit<MethodParams<'channel.setMembership'>, 'channel'>): Promise<void> {
    this.#requireJoined();
    await this.#port.call('channel.setMembership', { channel: this.channel.id, ...change });
  }

  #requireJoined(): void {
    if (this.joined) return;
    throw clientError(
      'ERR_CLIENT_NOT_JOINED',
      `"${this.channel.name}" has been left; join it again`,
      { details: { channel: this.channel.id } },
    );
  }
}
