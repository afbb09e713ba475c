import { randomUUID } from 'node:crypto';
import { WireError, type MethodParams, type MethodResult } from '@sidetone/protocol';
import type { Actor } from '../contracts/audit-log.js';
import type { World } from '../domain/world.js';
import type { Organization } from '../organization/organization.js';
import type { Session } from '../session/session.js';
import { accessCommands } from './access-commands.js';
import { banCommands } from './ban-commands.js';
import { channelCommands } from './channel-commands.js';
import { withoutSecrets, type CommandContext, type CommandName, type Commands } from './command.js';
import { membershipCommands } from './membership-commands.js';
import { netCommands } from './net-commands.js';
import { organizationCommands } from './organization-commands.js';
import { participantCommands } from './participant-commands.js';
import { patchCommands } from './patch-commands.js';
import { sessionCommands } from './session-commands.js';
import { settingsCommands } from './settings-commands.js';
import { withoutStoreFailure } from './store-failure.js';

export const commands: Commands = {
  ...sessionCommands,
  ...membershipCommands,
  ...channelCommands,
  ...netCommands,
  ...patchCommands,
  ...participantCommands,
  ...banCommands,
  ...organizationCommands,
  ...accessCommands,
  ...settingsCommands,
};

export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}

export interface Caller {
  readonly organization: Organization;
  readonly actor: Actor;
  /** `null`: the embedding program. */
  readonly session: Session | null;
  /** Ids of what the command makes. Random ones by default. */
  readonly newId?: () => string;
}

/**
 * The one way to a change, for sessions and the embedding program alike: guards first, then the
 * command's turn, then the audit.
 */
export class CommandPipeline {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Params have passed their schema. Rejects with `WireError`, or with a failure of the server. */
  execute<M extends CommandName>(
    caller: Caller,
    name: M,
    params: MethodParams<M>,
  ): Promise<MethodResult<M>> {
    const turn = (): Promise<MethodResult<M>> => this.executeInTurn(caller, name, params);
    return caller.session ? caller.session.commands.run(turn) : turn();
  }

  /**
   * The answer to a repeat of a command that has succeeded, or `undefined` where the first one is
   * good for all repeats.
   */
  repeat<M extends CommandName>(
    caller: Caller,
    name: M,
    params: MethodParams<M>,
  ): (() => Promise<MethodResult<M>>) | undefined {
    const command = commands[name];
    if (!command.again) return undefined;
    return async () => command.again?.(this.#context(caller), params) as Promise<MethodResult<M>>;
  }

  /** The same for who has waited for the session's other commands already. */
  async executeInTurn<M extends CommandName>(
    caller: Caller,
    name: M,
    params: MethodParams<M>,
  ): Promise<MethodResult<M>> {
    const { organization, actor } = caller;
    const command = commands[name];
    try {
      const refusal = await this.#world.dependencies.hooks.refusal({
        command: name,
        params: withoutSecrets(command, params),
        actor,
        organizationId: organization.id,
      });
      if (refusal) throw new WireError(refusal.code, refusal.message);
      const given = this.#context(caller);
      const context = command.prepare ? await command.prepare(given, params) : given;
      const run = (): MethodResult<M> | Promise<MethodResult<M>> => {
        if (!this.#world.registry.has(organization)) {
          throw new WireError('NOT_FOUND', `the organization "${organization.name}" was deleted`);
        }
        return command.run(context, params);
      };
      const result = await (command.writes === true ? organization.writes.run(run) : run());
      this.#audit(caller, name, params);
      return result;
    } catch (thrown) {
      const error = withoutStoreFailure(thrown);
      // Nobody knows whether it was made after all, where the store could not be reached.
      const refused = error instanceof WireError && error.code !== 'UNAVAILABLE';
      if (refused) this.#audit(caller, name, params, error);
      throw error;
    }
  }

  #context({ newId = randomUUID, organization, actor, session }: Caller): CommandContext {
    return { world: this.#world, organization, actor, session, newId };
  }

  #audit(caller: Caller, name: CommandName, params: object, refusal?: WireError): void {
    if (!commands[name].audited) return;
    const { clock, auditLog } = this.#world.dependencies;
    auditLog.append({
      at: clock.wallTime(),
      organizationId: caller.organization.id,
      actor: caller.actor,
      action: name,
      details: withoutSecrets(commands[name], params),
      outcome: refusal ? 'refused' : 'committed',
      ...(refusal ? { code: refusal.code } : {}),
    });
  }
}
