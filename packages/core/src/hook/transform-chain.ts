import {
  ChannelView,
  createValidator,
  MembershipView,
  ParticipantView,
  type Validator,
} from '@sidetone/protocol';
import { errorMessage } from '../error/error-message.js';
import { frozenCopy } from './frozen-copy.js';
import type { HookFailures, HookOwner } from './hook-failures.js';
import type { EntityName, EntityViews, Transform } from './hooks.js';

type Outcome<V> =
  | { readonly ok: true; readonly view: V }
  | { readonly ok: false; readonly problem: string; readonly error?: unknown };

interface RegisteredTransform<E extends EntityName> {
  readonly owner: HookOwner;
  readonly transform: Transform<E>;
}

type Transforms = { [E in EntityName]: RegisteredTransform<E>[] };
type Validators = { readonly [E in EntityName]: Validator<EntityViews[E]> };
type Ids = { readonly [E in EntityName]: (view: EntityViews[E]) => readonly (string | null)[] };

/** JSON of one view; a snapshot holds many. */
const MAX_VIEW_BYTES = 16 * 1024;

/** What a transform may not touch: replicas find entities and their places by it. */
const idsOf: Ids = {
  channel: (view) => [view.id, view.parent],
  participant: (view) => [view.session, view.user.id],
  membership: () => [],
};

/** The transforms of each entity. A result that breaks a bound is skipped, the others still run. */
export class TransformChain {
  readonly #failures: HookFailures;
  readonly #transforms: Transforms = { channel: [], participant: [], membership: [] };
  readonly #validators: Validators = {
    channel: createValidator(ChannelView),
    participant: createValidator(ParticipantView),
    membership: createValidator(MembershipView),
  };

  constructor(failures: HookFailures) {
    this.#failures = failures;
  }

  add<E extends EntityName>(plugin: string, entity: E, transform: Transform<E>): void {
    this.#transforms[entity].push({ owner: { plugin, kind: 'transform', on: entity }, transform });
  }

  view<E extends EntityName>(entity: E, view: EntityViews[E]): EntityViews[E] {
    let current = view;
    for (const { owner, transform } of this.#transforms[entity]) {
      const outcome = this.#apply(entity, current, transform);
      if (outcome.ok) current = outcome.view;
      else this.#failures.report(owner, `is skipped: ${outcome.problem}`, outcome.error);
    }
    return current;
  }

  #apply<E extends EntityName>(
    entity: E,
    before: EntityViews[E],
    transform: Transform<E>,
  ): Outcome<EntityViews[E]> {
    let text: string | undefined;
    try {
      // Its JSON is judged, not the object: getters and `toJSON` could show each reader another view.
      text = JSON.stringify(transform(frozenCopy(before)));
    } catch (error) {
      return { ok: false, problem: `it threw (${errorMessage(error)})`, error };
    }
    if (text === undefined) return { ok: false, problem: 'it returned nothing' };
    if (Buffer.byteLength(text) > MAX_VIEW_BYTES) {
      return { ok: false, problem: `its view is larger than ${MAX_VIEW_BYTES} bytes of JSON` };
    }
    const verdict = this.#validators[entity].validate(JSON.parse(text));
    if (!verdict.ok) {
      return { ok: false, problem: `${verdict.path} of its view ${verdict.message}` };
    }
    const ids = idsOf[entity];
    const kept = ids(before).every((id, index) => id === ids(verdict.value)[index]);
    return kept
      ? { ok: true, view: verdict.value }
      : { ok: false, problem: 'it changed an id of the view' };
  }
}
