import {
  createValidator,
  SnapshotPart,
  stateEvents,
  type StateEventName,
  type Validator,
} from '@sidetone/protocol';
import { clientError } from '../error/client-error.js';
import { applyStateEvent, type StateChange, type StateEvent } from './apply-state-event.js';
import type { OrganizationState } from './organization-state.js';

export interface StateStreamListener {
  /** The last part of the snapshot has come: from here on the state is whole. */
  snapshotCompleted(): void;
  changed(change: StateChange): void;
  /** An event that names something unknown: it is counted, changes nothing and is told. */
  inconsistent(name: string): void;
}

const snapshotValidator = createValidator(SnapshotPart);
const eventValidators = new Map<string, Validator<unknown>>(
  Object.entries(stateEvents).map(([name, schema]) => [name, createValidator(schema)]),
);

/**
 * Keeps the state up to date from the snapshot and the numbered events behind it. A missing number
 * throws `ERR_CLIENT_SEQUENCE_GAP`: a state with a hole looks right and is wrong, so the connection
 * has to end.
 */
export class StateStream {
  readonly #state: OrganizationState;
  readonly #listener: StateStreamListener;
  #lastSeq: number;
  #nextPart = 0;
  #whole = false;

  /** @param seq number of the last event that the snapshot contains */
  constructor(state: OrganizationState, seq: number, listener: StateStreamListener) {
    this.#state = state;
    this.#lastSeq = seq;
    this.#listener = listener;
  }

  /** Number of the last event applied. */
  get seq(): number {
    return this.#lastSeq;
  }

  get whole(): boolean {
    return this.#whole;
  }

  static isStateEvent(name: string): name is StateEventName {
    return eventValidators.has(name);
  }

  addPart(params: unknown): void {
    const part = check('snapshotPart', snapshotValidator, params);
    if (this.#whole || part.part !== this.#nextPart) {
      throw clientError(
        'ERR_CLIENT_PROTOCOL',
        `snapshot part "${part.part}" came where ${this.#whole ? 'none' : this.#nextPart} was due`,
      );
    }
    this.#nextPart += 1;
    this.#state.addPart(part);
    if (!part.last) return;
    this.#whole = true;
    this.#listener.snapshotCompleted();
  }

  apply(name: StateEventName, params: Readonly<Record<string, unknown>>): void {
    const payload = check(name, eventValidators.get(name) as Validator<unknown>, params);
    this.#count(name, params['seq']);
    const change = applyStateEvent(this.#state, { name, payload } as StateEvent);
    if (change) this.#listener.changed(change);
    else this.#listener.inconsistent(name);
  }

  /** An event this version does not know takes its number all the same, where it carries one. */
  passOver(params: Readonly<Record<string, unknown>>): void {
    if (this.#whole && params['seq'] === this.#lastSeq + 1) this.#lastSeq += 1;
  }

  /** The server says what it sent last; the connection keeps order, so all of it has arrived. */
  checkTick(seq: number): void {
    if (this.#whole && seq > this.#lastSeq) throw gap('tick', seq, this.#lastSeq);
  }

  #count(name: string, seq: unknown): void {
    if (!this.#whole) {
      throw clientError('ERR_CLIENT_PROTOCOL', `"${name}" came before the end of the snapshot`);
    }
    if (seq !== this.#lastSeq + 1) throw gap(name, seq, this.#lastSeq);
    this.#lastSeq += 1;
  }
}

function gap(name: string, seq: unknown, lastSeq: number): Error {
  return clientError(
    'ERR_CLIENT_SEQUENCE_GAP',
    `"${name}" has number "${String(seq)}" after ${lastSeq}: an event is missing; connect again`,
    { details: { name, seq, lastSeq } },
  );
}

function check<T>(name: string, validator: Validator<T>, params: unknown): T {
  const validation = validator.validate(params);
  if (validation.ok) return validation.value;
  const { path, message } = validation;
  throw clientError('ERR_CLIENT_PROTOCOL', `"${name}" is off its schema at "${path}": ${message}`, {
    details: { name, path },
  });
}
