import {
  createValidator,
  encodeError,
  encodeResult,
  methods,
  WireError,
  type Envelope,
  type Validator,
} from '@sidetone/protocol';
import { commands, isCommandName, type CommandPipeline } from '../command/command-pipeline.js';
import type { DomainDependencies } from '../domain/domain-dependencies.js';
import type { Organization } from '../organization/organization.js';
import type { PluginMethod } from '../server/extensions.js';
import type { Session } from '../session/session.js';

type Request = Extract<Envelope, { kind: 'request' }>;

/** A plugin's method costs what a command of core costs that writes. */
const PLUGIN_METHOD_COST = 1;

/** Answers requests of active sessions: finds the method, checks its params, makes errors of throws. */
export class RequestDispatcher {
  readonly #dependencies: DomainDependencies;
  readonly #pipeline: CommandPipeline;
  readonly #validators = new Map<string, Validator<unknown>>();

  constructor(dependencies: DomainDependencies, pipeline: CommandPipeline) {
    this.#dependencies = dependencies;
    this.#pipeline = pipeline;
    for (const [name, { params }] of Object.entries(methods)) {
      this.#validators.set(name, createValidator(params));
    }
    for (const [name, { params }] of dependencies.extensions.methods) {
      this.#validators.set(name, createValidator(params));
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

  /** Throws INVALID_PARAMS with the path of the first fault. */
  check(method: string, params: unknown): void {
    const validation = this.#validators.get(method)?.validate(params);
    if (validation?.ok !== false) return;
    const { path, message } = validation;
    throw new WireError('INVALID_PARAMS', `${method}: "${path}" ${message}`, { details: { path } });
  }

  #call(organization: Organization, session: Session, { method, params }: Request): unknown {
    if (isCommandName(method)) {
      this.check(method, params);
      const actor = { kind: 'session', sessionId: session.id, userId: session.userId } as const;
      // The schema of this very method has accepted them.
      return this.#pipeline.execute({ organization, session, actor }, method, params as never);
    }
    if (method === 'session.authenticate') {
      throw new WireError('INVALID_REQUEST', 'this connection has a session already');
    }
    const extension = this.#dependencies.extensions.methods.get(method);
    if (!extension) throw new WireError('METHOD_NOT_FOUND', `there is no method "${method}"`);
    this.check(method, params);
    // In turn with the session's other commands, and past the same guards.
    return session.commands.run(() => this.#callPlugin(method, extension, params, session));
  }

  async #callPlugin(
    method: string,
    { plugin, handler, result: schema }: PluginMethod,
    params: unknown,
    session: Session,
  ): Promise<unknown> {
    const { organizationId, id: sessionId, userId } = session;
    const refusal = await this.#dependencies.hooks.refusal({
      command: method,
      params: { ...(params as object) },
      actor: { kind: 'session', sessionId, userId },
      organizationId,
    });
    if (refusal) throw new WireError(refusal.code, refusal.message);
    const result = await handler(params, { organizationId, sessionId, userId });
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
