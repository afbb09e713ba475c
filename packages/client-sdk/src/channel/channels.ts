import type { MethodParams } from '@sidetone/protocol';
import { clientError } from '../error/client-error.js';
import type { KeyIntake } from '../key/key-intake.js';
import type { Directory } from '../state/directory.js';
import type { MembershipRecord } from '../state/organization-state.js';
import type { Channel } from './channel.js';
import { ChannelMembership, type MembershipPort } from './channel-membership.js';

export interface JoinOptions {
  /** Whether to hear the net at once. Default true. */
  readonly listening?: boolean;
  /**
   * Of a channel that is `passwordProtected`. Kept in memory while this client lives, because a
   * session that is lost is replaced, and the channel asks again.
   */
  readonly password?: string;
}

/** What a new channel is like; everything but the name has a default. */
export interface ChannelDraft {
  readonly name: string;
  /** `null`, the default: at the top. */
  readonly parent?: Channel | string | null;
  readonly topic?: string;
  readonly participantLimit?: number | null;
  readonly temporary?: boolean;
  /** What joining asks for; `null`, the default: nothing. */
  readonly password?: string | null;
  readonly net?: NonNullable<MethodParams<'channel.create'>['net']>;
}

export interface ChannelsPort extends MembershipPort {
  /** Session of this client; `null` while there is none. */
  readonly selfSession: () => string | null;
  readonly installKeys: KeyIntake['install'];
}

/** The channel tree as this client may see it, and its ways in. */
export class Channels {
  readonly #directory: Directory;
  readonly #port: ChannelsPort;
  readonly #memberships = new WeakMap<MembershipRecord, ChannelMembership>();
  /** Those that were good. */
  readonly #passwords = new WeakMap<ChannelMembership, string>();
  /** Memberships that go on in a new session, by the channels where they do. */
  readonly #carriedOver = new Map<string, ChannelMembership>();

  constructor(directory: Directory, port: ChannelsPort) {
    this.#directory = directory;
    this.#port = port;
  }

  /** Every channel, depth first, siblings by position. */
  all(): readonly Channel[] {
    return this.#directory.allChannels();
  }

  /** The topmost ones. */
  get children(): readonly Channel[] {
    return this.#directory.childrenOf(null);
  }

  /** Channels that this client has joined. */
  get joined(): readonly ChannelMembership[] {
    return this.all().flatMap((channel) => channel.membership ?? []);
  }

  /** By id, or the first one of that name from the top. */
  find(idOrName: string): Channel | null {
    return (
      this.#directory.channel(idOrName) ??
      this.all().find((channel) => channel.name === idOrName) ??
      null
    );
  }

  /**
   * Joins a channel, or answers with the membership that is there already.
   *
   * Throws `ERR_CLIENT_NOT_FOUND` and `ERR_CLIENT_AMBIGUOUS` for names, and what the server
   * answers: `ACCESS_DENIED`, `CHANNEL_FULL`, `LIMIT_EXCEEDED`, `PASSWORD_REQUIRED`,
   * `PASSWORD_WRONG`, `RATE_LIMITED`.
   */
  async join(channel: Channel | string, options: JoinOptions = {}): Promise<ChannelMembership> {
    return this.#join(typeof channel === 'string' ? this.#resolve(channel) : channel, options);
  }

  /** For the restorer: joins in a new session, where the membership of a lost one goes on. */
  async rejoin(channel: Channel, lost: ChannelMembership, listening: boolean): Promise<void> {
    this.#carriedOver.set(channel.id, lost);
    try {
      const password = this.#passwords.get(lost);
      await this.#join(channel, { listening, ...(password === undefined ? {} : { password }) });
    } finally {
      this.#carriedOver.delete(channel.id);
    }
  }

  byId(id: string): Channel | null {
    return this.#directory.channel(id);
  }

  /** Names from the top down to the channel itself. */
  pathOf(channel: Channel): readonly string[] {
    // A set, because a server that sends a circle is not answered with an endless path.
    const way = new Set<Channel>();
    for (let at: Channel | null = channel; at && !way.has(at); at = at.parent) way.add(at);
    return Array.from(way, ({ name }) => name).reverse();
  }

  /** `null` where there is none, or several of one name. */
  byPath(path: readonly string[]): Channel | null {
    let found: Channel | null = null;
    for (const name of path) {
      const siblings: readonly Channel[] = found === null ? this.children : found.children;
      const [first, ...others] = siblings.filter((channel) => channel.name === name);
      if (!first || others.length > 0) return null;
      found = first;
    }
    return found;
  }

  async create(draft: ChannelDraft): Promise<Channel> {
    const { parent = null, ...rest } = draft;
    const params = { ...rest, parent: parent === null ? null : idOf(parent) };
    const { channel } = await this.#port.call('channel.create', params);
    return this.#existing(channel.id);
  }

  async update(
    channel: Channel | string,
    change: Omit<MethodParams<'channel.update'>, 'channel'>,
  ): Promise<void> {
    await this.#port.call('channel.update', { channel: idOf(channel), ...change });
  }

  /**
   * How free talk is there: 0 free, 1 no background talk, 2 command only, 3 hold. Who talks below it
   * is cut off. Rejects with `ACCESS_DENIED` without SET_STANCE.
   */
  async setStance(channel: Channel | string, minTalkPriority: 0 | 1 | 2 | 3): Promise<void> {
    await this.#port.call('channel.setStance', { channel: idOf(channel), minTalkPriority });
  }

  async move(
    channel: Channel | string,
    parent: Channel | string | null,
    position: number,
  ): Promise<void> {
    const parentId = parent === null ? null : idOf(parent);
    await this.#port.call('channel.move', { channel: idOf(channel), parent: parentId, position });
  }

  async delete(channel: Channel | string): Promise<void> {
    await this.#port.call('channel.delete', { channel: idOf(channel) });
  }

  /** This client's membership of a channel, the same object as long as it lasts. */
  membershipOf(channel: Channel): ChannelMembership | null {
    const session = this.#port.selfSession();
    const record = session === null ? null : channel.recordOf(session);
    if (session === null || record === null) return null;
    const known = this.#memberships.get(record);
    if (known) return known;
    const carriedOver = this.#carriedOver.get(channel.id);
    carriedOver?.rebind({ channel, session, record });
    const membership =
      carriedOver ?? new ChannelMembership({ channel, session, record, port: this.#port });
    this.#carriedOver.delete(channel.id);
    this.#memberships.set(record, membership);
    return membership;
  }

  async #join(channel: Channel, options: JoinOptions): Promise<ChannelMembership> {
    const { listening, password } = options;
    const params: MethodParams<'channel.join'> = { channel: channel.id };
    if (listening !== undefined) params.listening = listening;
    if (password !== undefined) params.password = password;
    await this.#port.call('channel.join', params, ({ keys }) => {
      for (const routeKeys of keys) this.#port.installKeys(routeKeys);
    });
    const membership = channel.membership;
    if (membership && password !== undefined) this.#passwords.set(membership, password);
    if (membership) return membership;
    throw clientError('ERR_CLIENT_NOT_JOINED', `"${channel.name}" was left again while joining`, {
      details: { channel: channel.id },
    });
  }

  #resolve(idOrName: string): Channel {
    const byId = this.#directory.channel(idOrName);
    if (byId) return byId;
    const named = this.all().filter(({ name }) => name === idOrName);
    const [first] = named;
    if (first && named.length === 1) return first;
    if (first) {
      throw clientError(
        'ERR_CLIENT_AMBIGUOUS',
        `"${idOrName}" names ${named.length} channels; give an id or the channel itself`,
        { details: { channels: named.map(({ id }) => id) } },
      );
    }
    return this.#existing(idOrName);
  }

  #existing(id: string): Channel {
    const channel = this.#directory.channel(id);
    if (channel) return channel;
    throw clientError(
      'ERR_CLIENT_NOT_FOUND',
      `"${id}" is no channel that this client may see; client.channels.all() lists them`,
    );
  }
}

export function idOf(channel: Channel | string): string {
  return typeof channel === 'string' ? channel : channel.id;
}
