import { subjectKey, type SubjectFacts } from '../evaluation/subject-facts.js';
import type { CompiledSubject } from './compiled-subject.js';

/**
 * The subjects of one organization that somebody still asks about. Nobody tells a policy that a
 * session has ended, so it must not be what keeps them.
 */
export class LiveSubjects {
  readonly #byKey = new Map<string, WeakRef<CompiledSubject>>();
  readonly #gone = new FinalizationRegistry<string>((key) => {
    if (this.#byKey.get(key)?.deref() === undefined) this.#byKey.delete(key);
  });

  /** Users with the same facts are one subject. */
  get(facts: SubjectFacts, make: () => CompiledSubject): CompiledSubject {
    const key = subjectKey(facts);
    const known = this.#byKey.get(key)?.deref();
    if (known !== undefined) return known;
    const subject = make();
    this.#byKey.set(key, new WeakRef(subject));
    this.#gone.register(subject, key);
    return subject;
  }

  *[Symbol.iterator](): Iterator<CompiledSubject> {
    for (const reference of this.#byKey.values()) {
      const subject = reference.deref();
      if (subject !== undefined) yield subject;
    }
  }
}
