import {
  createValidator,
  methods as coreMethods,
  secretNotifications,
  serverMethods,
  sessionNotifications,
  signals,
  stateEvents,
} from '@sidetone/protocol';
import { Type, type TSchema } from 'typebox';
import { coreError } from '../error/error-codes.js';
import type { EventPublisher, MethodCaller } from './plugin.js';

/** A control method of a plugin. Params and result are unchecked: whoever calls it checks both. */
export interface PluginMethod {
  readonly plugin: string;
  readonly params: TSchema;
  readonly result: TSchema;
  /** Whether a request may carry a key, so that a repeat of it changes nothing. */
  readonly mutates: boolean;
  /** Whether its params are for the handler alone. */
  readonly confidential: boolean;
  readonly handler: (params: unknown, caller: MethodCaller) => unknown;
}

export interface PluginEvent {
  readonly plugin: string;
  readonly schema: TSchema;
}

/** Sends an event to those of the sessions that are connected; `payload` is its JSON text. */
export type EventDelivery = (event: string, sessionIds: Iterable<string>, payload: string) => void;

/** What plugins add to the control protocol, as the domain reads it. */
export interface Extensions {
  readonly methods: ReadonlyMap<string, PluginMethod>;
  readonly events: ReadonlyMap<string, PluginEvent>;
  /** Called once, by the domain. Before it nobody is connected, and what is published is dropped. */
  deliverBy(delivery: EventDelivery): void;
}

/** An event has to fit the message in which a client expects it. */
const MAX_EVENT_BYTES = 32 * 1024;
const METHOD_NAME = /^[a-z][A-Za-z0-9]*\.[a-z][A-Za-z0-9]*$/;
const EVENT_NAME = /^[a-z][A-Za-z0-9]*(?:\.[a-z][A-Za-z0-9]*)?$/;
const MAX_NAME_LENGTH = 64;

const coreEventTables = [
  stateEvents,
  signals,
  secretNotifications,
  sessionNotifications,
  serverMethods,
];

export class ExtensionRegistry implements Extensions {
  readonly methods: Map<string, PluginMethod> = new Map();
  readonly events: Map<string, PluginEvent> = new Map();
  #deliver: EventDelivery = () => {};

  addMethod(name: string, method: PluginMethod): void {
    requireForm(name, METHOD_NAME, 'method', 'area.verb', method.plugin);
    const owner = Object.hasOwn(coreMethods, name) ? 'core' : this.methods.get(name)?.plugin;
    if (owner !== undefined) throw nameTaken(name, 'method', method.plugin, owner);
    if (method.mutates && Type.IsObject(method.params) && 'key' in method.params.properties) {
      throw coreError(
        'ERR_PLUGIN_METHOD_INVALID',
        `method "${name}" of plugin "${method.plugin}" mutates and has a param "key", which is for the key of the request: give the param another name`,
        { details: { method: name, plugin: method.plugin } },
      );
    }
    this.methods.set(name, method);
  }

  addEvent<T>(name: string, event: PluginEvent): EventPublisher<T> {
    requireForm(
      name,
      EVENT_NAME,
      'event',
      'somethingHappened or area.somethingHappened',
      event.plugin,
    );
    const ofCore = coreEventTables.some((table) => Object.hasOwn(table, name));
    const owner = ofCore ? 'core' : this.events.get(name)?.plugin;
    if (owner !== undefined) throw nameTaken(name, 'event', event.plugin, owner);
    this.events.set(name, event);
    const encode = createEncoder(name, event);
    return (sessionIds, payload) => this.#deliver(name, sessionIds, encode(payload));
  }

  deliverBy(delivery: EventDelivery): void {
    this.#deliver = delivery;
  }
}

function createEncoder(name: string, event: PluginEvent): (payload: unknown) => string {
  const validator = createValidator(event.schema);
  return (payload) => {
    const verdict = validator.validate(payload);
    if (!verdict.ok) throw eventInvalid(name, event, `${verdict.path} ${verdict.message}`);
    const text = JSON.stringify(payload);
    if (text[0] !== '{') throw eventInvalid(name, event, 'it has to be a JSON object');
    if (Buffer.byteLength(text) > MAX_EVENT_BYTES) {
      throw eventInvalid(name, event, `it is larger than ${MAX_EVENT_BYTES} bytes of JSON`);
    }
    return text;
  };
}

function eventInvalid(name: string, { plugin }: PluginEvent, problem: string): Error {
  const message = `the payload of event "${name}" of plugin "${plugin}" cannot be sent: ${problem}`;
  return coreError('ERR_PLUGIN_EVENT_INVALID', message, { details: { event: name, plugin } });
}

function requireForm(
  name: string,
  form: RegExp,
  kind: string,
  shape: string,
  plugin: string,
): void {
  if (form.test(name) && name.length <= MAX_NAME_LENGTH) return;
  throw coreError(
    'ERR_PLUGIN_NAME_INVALID',
    `"${name}" of plugin "${plugin}" is no name for a ${kind}: write ${shape} in camelCase, at most ${MAX_NAME_LENGTH} characters`,
    { details: { name, plugin } },
  );
}

function nameTaken(name: string, kind: string, plugin: string, owner: string): Error {
  const holder = owner === 'core' ? 'core itself' : `plugin "${owner}"`;
  return coreError(
    'ERR_PLUGIN_NAME_TAKEN',
    `${kind} "${name}" of plugin "${plugin}" belongs to ${holder}: choose another area or verb`,
    { details: { name, plugin, owner } },
  );
}
