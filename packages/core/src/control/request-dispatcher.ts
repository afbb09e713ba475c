import {
  createValidator,
  encodeError,
  encodeResult,
  methods,
  RequestKey,
  WireError,
  type Envelope,
  type Validator,
} from '@sidetone/protocol';
import { Type, type TSchema } from 'typebox';
import { Clean } from 'typebox/value';
import { withoutSecrets, type CommandName } from '../command/command.js';
import { commands, isCommandName, type CommandPipeline } from '../command/command-pipeline.js';
import { withoutStoreFailure } from '../command/store-failure.js';
import type { DomainDependencies } from '../domain/domain-dependencies.js';
import { stableId } from '../domain/stable-id.js';
import type { Organization } from '../organization/organization.js';
import type { PluginMethod } from '../server/extensions.js';
import type { Session } from '../session/session.js';

type Request = Extract<Envelope, { kind: 'request' }>;

/** A plugin's method costs what a command of core costs that writes. */
const PLUGIN_METHOD_COST = 1;

/** What a session begins with; it has begun when a request comes here. */
const beginnings: ReadonlySet<string> = new Set(['session.authenticate', 'session.resume']);

/** Asked of methods of plugins, whose own schemas do not name it. */
const keyValidator = createValidator(Type.Object({ key: Type.Optional(RequestKey) }));

/** Answers requests of active sessions: finds the method, checks its params, makes errors of throws. */
export class RequestDispatcher {
  readonly #dependencies: DomainDependencies;
  readonly #pipeline: CommandPipeline;
  readonly #params = new Map<
    string,
    { readonly schema: TSchema; readonly validator: Validator<unknown> }
  >();

  constructor(dependencies: DomainDependencies, pipeline: CommandPipeline) {
    this.#dependencies = dependencies;
    this.#pipeline = pipeline;
    const all = [...Object.entries(methods), ...dependencies.extensions.methods];
    for (const [name, { params }] of all) {
      this.#params.set(name, { schema: params, validator: createValidator(params) });
    }
  }

  /** What the method takes from a session's budget; an unknown one costs as much as any. */
  costOf(method: string): number {
    return isCommandName(method) ? commands[method].cost : PLUGIN_METHOD_COST;
  }

  /** The text of the answer. Never rejects. */
  async answer(organization: Organization, session: Session, request: Request): Promise<string> {
    try {
      return encodeResult(request.id, await this.#call(organization, session, request));
    } catch (error) {
      return encodeError(request.id, this.#wireError(error, request.method));
    }
  }

  /**
   * The params without what their schema does not know: it is ignored, by guards, handlers and the
   * audit as well. Throws INVALID_PARAMS with the path of the first fault.
   */
  accept(method: string, params: unknown): unknown {
    const known = this.#params.get(method);
    if (!known) throw new WireError('METHOD_NOT_FOUND', `there is no method "${method}"`);
    const validation = known.validator.validate(params);
    if (validation.ok) return Clean(known.schema, params);
    throw invalidParams(method, validation);
  }

  #call(organization: Organization, session: Session, { method, params }: Request): unknown {
    if (isCommandName(method)) return this.#callCommand(organization, session, method, params);
    if (beginnings.has(method)) {
      throw new WireError('INVALID_REQUEST', 'this connection has a session already');
    }
    const extension = this.#dependencies.extensions.methods.get(method);
    if (!extension) throw new WireError('METHOD_NOT_FOUND', `there is no method "${method}"`);
    const keyed = extension.mutates ? this.#splitKey(method, params) : { key: undefined, params };
    const accepted = this.accept(method, keyed.params);
    // In turn with the session's other commands, and past the same guards.
    const { commands: queue, responses } = session;
    const run = (): Promise<unknown> => this.#callPlugin(method, extension, accepted, session);
    if (keyed.key === undefined) return queue.run(run);
    return responses.answer({ key: keyed.key, method, params: accepted }, run, {
      lasting: !extension.confidential,
      turn: (task) => queue.run(task),
    });
  }

  #callCommand(
    organization: Organization,
    session: Session,
    method: CommandName,
    given: unknown,
  ): Promise<unknown> {
    const actor = { kind: 'session', sessionId: session.id, userId: session.userId } as const;
    // Guards, handlers and the audit see what is asked, not how often it was.
    const { key, ...rest } = this.accept(method, given) as { key?: string };
    // What a repeat makes after a crash is what the first request made.
    const made = key === undefined ? {} : { newId: () => stableId('made', session.id, key) };
    const caller = { organization, session, actor, ...made };
    // The schema of this very method has accepted them.
    const params = rest as never;
    if (key === undefined) return this.#pipeline.execute(caller, method, params);
    const run = (): Promise<unknown> => this.#pipeline.executeInTurn(caller, method, params);
    const asked = withoutSecrets(commands[method], params);
    return session.responses.answer({ key, method, params: asked }, run, {
      again: this.#pipeline.repeat(caller, method, params),
      lasting: commands[method].writes === true,
      turn: (task) => session.commands.run(task),
    });
  }

  #splitKey(method: string, given: unknown): { readonly key?: string; readonly params: unknown } {
    const { key, ...params } = given as Record<string, unknown>;
    const validation = keyValidator.validate(key === undefined ? {} : { key });
    if (!validation.ok) throw invalidParams(method, validation);
    return { params, ...validation.value };
  }

  async #callPlugin(
    method: string,
    { plugin, handler, result: schema, confidential }: PluginMethod,
    params: unknown,
    session: Session,
  ): Promise<unknown> {
    const { organizationId, id: sessionId, userId } = session;
    const refusal = await this.#dependencies.hooks.refusal({
      command: method,
      params: confidential ? {} : { ...(params as object) },
      actor: { kind: 'session', sessionId, userId },
      organizationId,
    });
    if (refusal) throw new WireError(refusal.code, refusal.message);
    const caller = { organizationId, sessionId, userId };
    const result = await answered(() => handler(params, caller));
    const validation = createValidator(schema).validate(result);
    if (validation.ok) return result;
    const { path, message } = validation;
    throw new Error(`plugin "${plugin}" answered ${method} off its own schema: ${path} ${message}`);
  }

  #wireError(error: unknown, method: string): WireError {
    if (error instanceof WireError) return error;
    this.#dependencies.log.error('a command failed', { method, error });
    return new WireError('INTERNAL_ERROR', 'the server failed; its log has the cause');
  }
}

/** A store that fails is to who asked the same as with a command of core. */
async function answered(work: () => unknown): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    throw withoutStoreFailure(error);
  }
}

function invalidParams(
  method: string,
  { path, message }: { readonly path: string; readonly message: string },
): WireError {
  return new WireError('INVALID_PARAMS', `${method}: "${path}" ${message}`, { details: { path } });
}
