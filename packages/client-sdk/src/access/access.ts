import type { MethodParams, MethodResult } from '@sidetone/protocol';
import { idOf } from '../channel/channels.js';
import type { Channel } from '../channel/channel.js';
import type { CommandPort } from '../control/command-port.js';
import type { OrganizationState } from '../state/organization-state.js';
import type { Participant } from '../state/participant.js';

/** What is asked about a right. */
export interface AccessQuestion {
  /** `SPEAK`, or one of a plugin, `area.name`. */
  readonly permission: string;
  /** Where; without it in the organization as a whole. */
  readonly channel?: Channel | string;
  /** On whom it would be used, for instance MUTE: a participant or the id of their session. */
  readonly on?: Participant | string;
  /** Id of the user whose right it is; by default one's own. Of others it needs `MANAGE_ROLES`. */
  readonly user?: string;
}

export type AccessExplanation = MethodResult<'access.explain'>;

/** What this client may do, and why. */
export class Access {
  readonly #state: OrganizationState;
  readonly #commands: CommandPort;

  constructor(state: OrganizationState, commands: CommandPort) {
    this.#state = state;
    this.#commands = commands;
  }

  /** What holds in the organization as a whole, as the server last said; a channel may differ. */
  get permissions(): readonly string[] {
    return this.#state.permissions;
  }

  /**
   * What holds in a channel now. It can be another after `permissionsChanged`, after the channel has
   * moved, and after joining or leaving it. Rejects with `NOT_FOUND` for what may not be seen.
   */
  async list(channel?: Channel | string): Promise<readonly string[]> {
    const params = channel === undefined ? {} : { channel: idOf(channel) };
    const { permissions } = await this.#commands.call('access.list', params);
    return permissions;
  }

  /** Allowed or not, and the chain of rules that decided. Rejects with `NOT_FOUND`, `ACCESS_DENIED`. */
  explain({ permission, channel, on, user }: AccessQuestion): Promise<AccessExplanation> {
    const params: MethodParams<'access.explain'> = { permission };
    if (channel !== undefined) params.channel = idOf(channel);
    if (on !== undefined) params.session = typeof on === 'string' ? on : on.id;
    if (user !== undefined) params.user = user;
    return this.#commands.call('access.explain', params);
  }
}
