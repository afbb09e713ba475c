import type { FactName, SidetoneServer } from '@sidetone/core';
import { stateEvents } from '@sidetone/protocol';

const OTHERS: readonly FactName[] = [
  'sessionOpened',
  'sessionDetached',
  'sessionResumed',
  'sessionClosed',
  'transmissionStarted',
  'transmissionEnded',
  'keyRotated',
];

/** Every fact of which the server tells, as JSON; the list grows. */
export function toldFacts(server: SidetoneServer): readonly string[] {
  const told: string[] = [];
  const names = [...(Object.keys(stateEvents) as FactName[]), ...OTHERS];
  for (const name of names) {
    server.on(name, (fact: unknown) => told.push(`${name} ${JSON.stringify(fact)}`));
  }
  return told;
}
