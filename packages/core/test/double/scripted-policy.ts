import {
  AccessPolicy,
  type AccessChange,
  type AccessReason,
  type AccessScope,
  type AccessSubject,
  type PermissionName,
  type Plugin,
  type SubjectAccess,
} from '../../src/index.js';

type Decide = (subject: AccessSubject, permission: PermissionName, scope: AccessScope) => boolean;

/** A policy that says what the test says, and writes down how often it was asked about whom. */
export class ScriptedPolicy implements AccessPolicy {
  decide: Decide;
  /** What it gives as reasons. */
  because: (allowed: boolean) => readonly AccessReason[] = (allowed) => [
    { text: 'so it is written', effect: allowed ? 'allow' : 'deny' },
  ];
  /** By session id. */
  readonly questions = new Map<string, number>();
  readonly #listeners = new Set<(change: AccessChange) => void>();

  constructor(decide: Decide = () => true) {
    this.decide = decide;
  }

  load(subject: AccessSubject): Promise<SubjectAccess> {
    const id = subject.sessionId ?? '';
    const allows: SubjectAccess['allows'] = (permission, scope) => {
      this.questions.set(id, (this.questions.get(id) ?? 0) + 1);
      return this.decide(subject, permission, scope);
    };
    return Promise.resolve({
      allows,
      explain: (permission, scope) => {
        const allowed = allows(permission, scope);
        return { allowed, because: this.because(allowed) };
      },
    });
  }

  onChange(listener: (change: AccessChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  announce(change: AccessChange = {}): void {
    for (const listener of this.#listeners) listener(change);
  }

  get plugin(): Plugin {
    return {
      name: 'scripted-policy',
      version: '1.0.0',
      provides: [AccessPolicy],
      setup: (ctx) => ctx.provide(AccessPolicy, () => this),
    };
  }
}
