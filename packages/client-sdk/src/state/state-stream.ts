import {
  createValidator,
  SnapshotPart,
  stateEvents,
  type StateEventName,
  type Validator,
} from '@sidetone/protocol';
import { clientError } from '../error/client-error.js';
import { applyStateEvent, type StateChange, type StateEvent } from './apply-state-event.js';
import { differences } from './differences.js';
import { OrganizationState } from './organization-state.js';

export interface StateStreamListener {
  /** The last part of the snapshot has come; what it changes is told right behind. */
  snapshotArrived(): void;
  changed(change: StateChange): void;
  /** Everything up to this number is in the state now. */
  advanced(seq: number): void;
  /** An event that names something unknown: it is counted, changes nothing and is told. */
  inconsistent(name: string): void;
}

export interface StateStreamParts {
  readonly state: OrganizationState;
  /** Number of the last event that the snapshot contains. */
  readonly seq: number;
  /** Whether to tell how the snapshot differs from the state; not for a client's first one. */
  readonly tellDifferences: boolean;
  readonly listener: StateStreamListener;
}

const snapshotValidator = createValidator(SnapshotPart);
const eventValidators = new Map<string, Validator<unknown>>(
  Object.entries(stateEvents).map(([name, schema]) => [name, createValidator(schema)]),
);

/**
 * Keeps the state up to date from the snapshot and the numbered events behind it. A missing number
 * throws `ERR_CLIENT_SEQUENCE_GAP`: a state with a hole looks right and is wrong, so the connection
 * has to end and the session to be resumed.
 */
export class StateStream {
  readonly #state: OrganizationState;
  readonly #listener: StateStreamListener;
  #tellDifferences: boolean;
  #lastSeq: number;
  #nextPart = 0;
  /** Parts gather aside: the state in use stays whole until the last one is there. */
  #gathered: OrganizationState | null = new OrganizationState();

  constructor({ state, seq, tellDifferences, listener }: StateStreamParts) {
    this.#state = state;
    this.#lastSeq = seq;
    this.#tellDifferences = tellDifferences;
    this.#listener = listener;
  }

  /** Number of the last event applied, or that the snapshot under way contains. */
  get seq(): number {
    return this.#lastSeq;
  }

  get whole(): boolean {
    return this.#gathered === null;
  }

  static isStateEvent(name: string): name is StateEventName {
    return eventValidators.has(name);
  }

  /** Another snapshot takes the place of what is known; how it differs will be told. */
  restart(seq: number): void {
    // Of a snapshot that never came whole nothing was shown: what is told stays as it was.
    if (this.whole) this.#tellDifferences = true;
    this.#lastSeq = seq;
    this.#nextPart = 0;
    this.#gathered = new OrganizationState();
  }

  addPart(params: unknown): void {
    const part = check('snapshotPart', snapshotValidator, params);
    if (this.#gathered === null || part.part !== this.#nextPart) {
      throw clientError(
        'ERR_CLIENT_PROTOCOL',
        `snapshot part "${part.part}" came where ${this.whole ? 'none' : this.#nextPart} was due`,
      );
    }
    this.#nextPart += 1;
    this.#gathered.addPart(part);
    if (part.last) this.#complete(this.#gathered);
  }

  apply(name: StateEventName, params: Readonly<Record<string, unknown>>): void {
    const payload = check(name, eventValidators.get(name) as Validator<unknown>, params);
    this.#count(name, params['seq']);
    this.#apply({ name, payload } as StateEvent);
    this.#listener.advanced(this.#lastSeq);
  }

  /** An event this version does not know takes its number all the same, where it carries one. */
  passOver(params: Readonly<Record<string, unknown>>): void {
    if (!this.whole || params['seq'] !== this.#lastSeq + 1) return;
    this.#lastSeq += 1;
    this.#listener.advanced(this.#lastSeq);
  }

  /** The server says what it sent last; the connection keeps order, so all of it has arrived. */
  checkTick(seq: number): void {
    if (this.whole && seq > this.#lastSeq) throw gap('tick', seq, this.#lastSeq);
  }

  #complete(snapshot: OrganizationState): void {
    this.#gathered = null;
    this.#listener.snapshotArrived();
    if (this.#tellDifferences) {
      for (const event of differences(this.#state, snapshot)) this.#apply(event);
    } else {
      this.#state.take(snapshot);
    }
    this.#listener.advanced(this.#lastSeq);
  }

  #apply(event: StateEvent): void {
    const change = applyStateEvent(this.#state, event);
    if (change) this.#listener.changed(change);
    else this.#listener.inconsistent(event.name);
  }

  #count(name: string, seq: unknown): void {
    if (!this.whole) {
      throw clientError('ERR_CLIENT_PROTOCOL', `"${name}" came before the end of the snapshot`);
    }
    if (seq !== this.#lastSeq + 1) throw gap(name, seq, this.#lastSeq);
    this.#lastSeq += 1;
  }
}

function gap(name: string, seq: unknown, lastSeq: number): Error {
  return clientError(
    'ERR_CLIENT_SEQUENCE_GAP',
    `"${name}" has number "${String(seq)}" after ${lastSeq}: an event is missing`,
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
