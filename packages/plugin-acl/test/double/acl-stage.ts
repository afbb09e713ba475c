import { randomBytes, randomUUID } from 'node:crypto';
import {
  AccessPolicy,
  AccountStore,
  Authenticator,
  GuestAuthenticator,
  type AccountRecord,
  type ChannelsApi,
  type Identity,
  type PermissionName,
  type Plugin,
  type SidetoneServer,
} from '@sidetone/core';
import { decodeError, encodeRequest, parseEnvelope, type WireError } from '@sidetone/protocol';
import {
  memoryTransport,
  startServer,
  waitFor,
  type MemoryLink,
  type MemoryTransport,
  type StartedServer,
} from '@sidetone/testkit';
import { acl, Roles, type OrganizationRoleApi } from '../../src/index.js';

/** An answer: `error` is `null` where it is a result. */
export interface Answer {
  readonly result: Record<string, unknown>;
  readonly error: WireError | null;
}

/** Signs in whoever it is told to, by the name of the account. */
function names(roles: ReadonlyMap<string, readonly string[]>): Plugin {
  return {
    name: 'names',
    version: '0.1.0',
    requires: [AccountStore],
    provides: [Authenticator],
    setup(context) {
      const accounts = context.get(AccountStore);
      context.provide(Authenticator, () => ({
        method: 'name',
        async authenticate({ name }) {
          const account = await accounts.findByName(String(name));
          if (!account) return { ok: false, code: 'AUTHENTICATION_FAILED', message: 'nobody' };
          const { id: userId, displayName, administrator } = account;
          const held = roles.get(account.name);
          const claims = held === undefined ? {} : { roles: held };
          const identity = { userId, displayName, guest: false, administrator, ...claims };
          return { ok: true, identity };
        },
      }));
      context.provide(Authenticator, () => new GuestAuthenticator());
    },
  };
}

/** A whole server with `acl()`, and people who come to it. */
export class AclStage {
  readonly transport: MemoryTransport = memoryTransport();
  /** Roles by name that the credentials of an account grant. */
  readonly claims: Map<string, readonly string[]> = new Map();
  #started: StartedServer | null = null;

  async start(plugins: readonly Plugin[] = [], aclPlugin: Plugin = acl()): Promise<this> {
    const all = [this.transport, names(this.claims), aclPlugin, ...plugins];
    this.#started = await startServer(all, {
      initialChannels: ['Lobby', 'Hidden'],
    });
    return this;
  }

  async stop(): Promise<void> {
    await this.#started?.stop();
  }

  get started(): StartedServer {
    if (this.#started === null) throw new Error('the stage was not started');
    return this.#started;
  }

  get server(): SidetoneServer {
    return this.started.server;
  }

  get organizationId(): string {
    return this.server.organization().id;
  }

  get roles(): OrganizationRoleApi {
    return this.server.get(Roles).organization(this.organizationId).as('test');
  }

  get channels(): ChannelsApi {
    return this.server.organization().channels;
  }

  channel(name: string): string {
    const found = this.channels.find(name);
    if (found === undefined) throw new Error(`there is no channel "${name}"`);
    return found.id;
  }

  async role(name: string): Promise<string> {
    const found = await this.roles.find(name);
    if (found === null) throw new Error(`there is no role "${name}"`);
    return found.id;
  }

  /** With these roles, each made with rank and permissions as given before. */
  async account(name: string, ...roles: readonly string[]): Promise<AccountRecord> {
    const account = await this.server.users.create({ name });
    for (const role of roles) await this.roles.assign(await this.role(role), account.id);
    return account;
  }

  async may(
    who: Pick<Identity, 'userId'> & Partial<Identity>,
    permission: PermissionName,
    channelId?: string,
  ): Promise<boolean> {
    const access = await this.server.get(AccessPolicy).load({
      sessionId: null,
      organizationId: this.organizationId,
      identity: { displayName: 'who', guest: false, ...who },
    });
    return access.allows(permission, channelId === undefined ? {} : { channelId });
  }

  async connect(name: string): Promise<Wire> {
    const wire = new Wire(this.transport.connect());
    await wire.signIn('name', name);
    return wire;
  }

  async guest(name: string): Promise<Wire> {
    const wire = new Wire(this.transport.connect());
    await wire.signIn('guest', name);
    return wire;
  }
}

/** The least of a client, over a link in memory. */
export class Wire {
  readonly link: MemoryLink;
  /** What the server has said of it. */
  self: { readonly session: string; readonly userId: string } = { session: '', userId: '' };
  #lastId = 0;

  constructor(link: MemoryLink) {
    this.link = link;
  }

  async signIn(method: string, name: string): Promise<void> {
    const instance = randomBytes(16).toString('base64url');
    const credentials = { name };
    const { result, error } = await this.ask('session.authenticate', {
      method,
      credentials,
      instance,
    });
    if (error) throw error;
    const user = result['user'] as { readonly id: string };
    this.self = { session: String(result['session']), userId: user.id };
  }

  async ask(method: string, params: Record<string, unknown> = {}): Promise<Answer> {
    const id = ++this.#lastId;
    this.link.sendText(encodeRequest(id, method, params));
    return waitFor(() => this.#answer(id), { timeoutMs: 5000 });
  }

  /** The result; throws what it was refused with. */
  async call<T = Record<string, unknown>>(
    method: string,
    params: Record<string, unknown> = {},
  ): Promise<T> {
    const { result, error } = await this.ask(method, params);
    if (error) throw error;
    return result as T;
  }

  /** The code that it was refused with; `null` for a result. */
  async refusal(method: string, params: Record<string, unknown> = {}): Promise<string | null> {
    return (await this.ask(method, params)).error?.code ?? null;
  }

  /** How often an event has come. */
  heard(event: string): number {
    return this.texts.filter((text) => text.includes(`"method":"${event}"`)).length;
  }

  get texts(): readonly string[] {
    return this.link.received.flatMap((message) => (message.kind === 'text' ? [message.text] : []));
  }

  #answer(id: number): Answer | null {
    for (const text of this.texts) {
      const parsed = parseEnvelope(text);
      if (!parsed.ok) continue;
      const { envelope } = parsed;
      if (envelope.kind === 'response' && envelope.id === id) {
        return { result: envelope.result as Record<string, unknown>, error: null };
      }
      if (envelope.kind === 'error' && envelope.id === id) {
        return { result: {}, error: decodeError(envelope.error) };
      }
    }
    return null;
  }
}

/** The code that `work` is refused with. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return (error as { readonly code: string }).code;
  }
  return 'nothing';
}

export const nobody: string = randomUUID();
