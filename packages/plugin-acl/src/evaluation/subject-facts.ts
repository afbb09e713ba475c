import { foldName, type Identity } from '@sidetone/core';

/** What decides beside the book: who somebody is, without where they are. */
export interface SubjectFacts {
  readonly userId: string;
  readonly guest: boolean;
  /** Of the whole server. */
  readonly administrator: boolean;
  /** Roles by their folded names that the credentials grant. */
  readonly roleNames: ReadonlySet<string>;
}

export function subjectFacts({
  userId,
  guest,
  administrator = false,
  roles = [],
}: Identity): SubjectFacts {
  return { userId, guest, administrator, roleNames: new Set(roles.map(foldName)) };
}

/** Whoever has the same key may do the same where they have joined the same. */
export function subjectKey({ userId, guest, administrator, roleNames }: SubjectFacts): string {
  return JSON.stringify([userId, guest, administrator, [...roleNames].sort()]);
}
