import type { ServerResponse } from 'node:http';
import {
  AccountStore,
  Clock,
  foldName,
  HttpServer,
  OrganizationStore,
  type Logger,
  type Plugin,
} from '@sidetone/core';
import { isVoiceError, WireError } from '@sidetone/protocol';
import type { GroupChange } from '../administration/group-commands.js';
import { Roles, type OrganizationRoleApi } from '../administration/roles.js';
import {
  resolveGroupPushOptions,
  type GroupPushOptions,
  type ResolvedGroupPushOptions,
} from './options.js';
import { PushDoor, type Push } from './push-door.js';
import { PushRefusal } from './push-refusal.js';

/** What has become of one user of a push. */
type Outcome =
  | ({ readonly user: string; readonly ok: true } & GroupChange)
  | { readonly user: string; readonly ok: false; readonly code: string; readonly message: string };

const ACTOR = 'group push';
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Takes groups of an organization's own tool as roles: `POST /sidetone/groups` on the `HttpServer`,
 * signed as Standard Webhooks are. Each user in it has, of the roles that are managed, exactly those
 * that it names; sessions that are connected follow at once. Throws `ERR_ACL_OPTIONS` at once.
 */
export function groupPush(options: GroupPushOptions): Plugin {
  const resolved = resolveGroupPushOptions(options);
  return {
    name: '@sidetone/plugin-acl/group-push',
    version: '0.1.0',
    requires: [AccountStore, Clock, HttpServer, OrganizationStore, Roles],
    setup(context) {
      const door = new PushDoor(resolved, context.get(Clock));
      const receiver = new PushReceiver({
        options: resolved,
        accounts: context.get(AccountStore),
        organizations: context.get(OrganizationStore),
        roles: () => context.get(Roles),
      });
      context.get(HttpServer).handle('POST', resolved.path, (request, response) => {
        door
          .receive(request)
          .then((push) => receiver.carryOut(push))
          .then((outcomes) => answer(response, 200, { users: outcomes }))
          .catch((error: unknown) => refuse(response, error, context.log));
      });
    },
  };
}

interface ReceiverParts {
  readonly options: ResolvedGroupPushOptions;
  readonly accounts: AccountStore;
  readonly organizations: OrganizationStore;
  readonly roles: () => Roles;
}

class PushReceiver {
  readonly #parts: ReceiverParts;

  constructor(parts: ReceiverParts) {
    this.#parts = parts;
  }

  /** One after another; what fails for one does not keep the others. */
  async carryOut({ organization, users }: Push): Promise<readonly Outcome[]> {
    const roles = this.#parts.roles().organization(await this.#organizationId(organization));
    const outcomes: Outcome[] = [];
    for (const { user, roles: names } of users) {
      outcomes.push(await this.#set(roles.as(ACTOR), user, names));
    }
    return outcomes;
  }

  async #set(roles: OrganizationRoleApi, user: string, names: readonly string[]): Promise<Outcome> {
    const { managedRoles: managed } = this.#parts.options;
    try {
      const userId = await this.#userId(user);
      return { user, ok: true, ...(await roles.setGroups(userId, names, { managed })) };
    } catch (error) {
      if (!isVoiceError(error)) throw error;
      return { user, ok: false, code: error.code, message: error.message };
    }
  }

  async #userId(idOrName: string): Promise<string> {
    if (UUID.test(idOrName)) return idOrName;
    const account = await this.#parts.accounts.findByName(idOrName);
    if (account === null) throw new WireError('NOT_FOUND', `there is no user "${idOrName}"`);
    return account.id;
  }

  async #organizationId(idOrName: string | undefined): Promise<string> {
    const all = await this.#parts.organizations.load();
    const [only] = all;
    if (idOrName === undefined && all.length === 1 && only !== undefined) return only.id;
    if (idOrName === undefined) {
      throw new PushRefusal(400, 'BODY', '"organization" is missing: the server has several');
    }
    const wanted = foldName(idOrName);
    const found = all.find(({ id, name }) => id === wanted || foldName(name) === wanted);
    if (found !== undefined) return found.id;
    throw new PushRefusal(404, 'NOT_FOUND', `there is no organization "${idOrName}"`);
  }
}

function refuse(response: ServerResponse, error: unknown, log: Logger): void {
  if (error instanceof PushRefusal) {
    const { status, code, message } = error;
    log.warn('a push of groups was refused', { code, message });
    return answer(response, status, { error: { code, message } });
  }
  log.error('a push of groups failed', { error });
  answer(response, 500, { error: { code: 'INTERNAL_ERROR', message: 'the server failed' } });
}

function answer(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    // What is left of a body that was not read goes with the connection.
    ...(status === 200 ? {} : { Connection: 'close' }),
  });
  response.end(`${JSON.stringify(body)}\n`);
}
