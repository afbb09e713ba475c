import { posts, type Crew, type Hearings } from '../support/crew.js';
import type { Cell } from '../support/operation-guide.js';

export type Table = ReadonlyMap<string, ReadonlyMap<string, Cell>>;

/** By `person on net`: what came of it. */
export type Outcomes = Readonly<Record<string, string>>;

type Answer = (cell: Cell, name: string, net: string) => string | null;

/** For everybody and every net, one after another for each and everybody at once. */
async function onEachNet(
  table: Table,
  work: (name: string, net: string, cell: Cell) => Promise<string>,
): Promise<Outcomes> {
  const outcomes: Record<string, string> = {};
  const oneByOne = async (name: string, role: string): Promise<void> => {
    for (const [net, cell] of table.get(role) ?? []) {
      outcomes[`${name} on ${net}`] = await work(name, net, cell);
    }
  };
  await Promise.all(posts.map(({ name, role }) => oneByOne(name, role)));
  return outcomes;
}

/** What should come of it, by the table. */
function expected(table: Table, answer: Answer): Outcomes {
  const entries = posts.flatMap(({ name, role }) =>
    [...(table.get(role) ?? [])].flatMap(([net, cell]) => {
      const code = answer(cell, name, net);
      return code === null ? [] : [[`${name} on ${net}`, code] as const];
    }),
  );
  return Object.fromEntries(entries);
}

/** Everybody tries to join every net; also one that they do not see, by its id. */
export function joinNets(crew: Crew, table: Table): Promise<Outcomes> {
  return onEachNet(table, (name, net, cell) => {
    const channel = crew.channelIds[net] ?? '';
    // The SDK asks for what its user sees; others ask all the same.
    return cell.has('sees')
      ? crew.join(name, channel)
      : crew.attempt(name, 'channel.join', { channel });
  });
}

export function expectedJoins(table: Table): Outcomes {
  return expected(table, (cell) => {
    if (cell.has('hears')) return 'done';
    return cell.has('sees') ? 'ACCESS_DENIED' : 'NOT_FOUND';
  });
}

/** Everybody talks on every net, or tries to. */
export function talkOnNets(crew: Crew, table: Table, frames: number): Promise<Outcomes> {
  return onEachNet(table, (name, net) =>
    crew.say(name, { channels: [crew.channelIds[net] ?? ''], frames }),
  );
}

export function expectedTalks(table: Table): Outcomes {
  return expected(table, (cell) => {
    if (cell.has('talks')) return 'done';
    if (cell.has('hears')) return 'ACCESS_DENIED';
    return cell.has('sees') ? 'NOT_JOINED' : 'NOT_FOUND';
  });
}

/** Everybody shouts to every net and what is below it, or tries to. */
export function shout(crew: Crew, table: Table, frames: number): Promise<Outcomes> {
  return onEachNet(table, (name, net) => {
    // Command may shout to each net alone, too; the table has the one to all.
    if (net !== 'Operation') return Promise.resolve('not tried');
    return crew.say(name, { subtree: crew.channelIds[net] ?? '', frames });
  });
}

export function expectedShouts(table: Table): Outcomes {
  return expected(table, (cell, _name, net) => {
    if (net !== 'Operation') return 'not tried';
    if (cell.has('shouts')) return 'done';
    return cell.has('sees') ? 'ACCESS_DENIED' : 'NOT_FOUND';
  });
}

/** By the table: who hears what is said on a net is who `hears` there. */
export function expectedHearings(table: Table, frames: number): Hearings {
  const talks = Object.entries(expectedTalks(table)).filter(([, code]) => code === 'done');
  return Object.fromEntries(
    talks.map(([talk]) => {
      const [talker = '', net = ''] = talk.split(' on ');
      return [talk, audience(table, talker, (nets) => nets.get(net)?.has('hears'), frames)];
    }),
  );
}

/** Who hears any of the nets hears what is shouted to all. */
export function expectedShoutHearings(table: Table, frames: number): Hearings {
  const talkers = posts.filter(({ role }) => table.get(role)?.get('Operation')?.has('shouts'));
  return Object.fromEntries(
    talkers.map(({ name }) => {
      const hearsAny = (nets: ReadonlyMap<string, Cell>): boolean =>
        [...nets.values()].some((cell) => cell.has('hears'));
      return [`${name} on shout`, audience(table, name, hearsAny, frames)];
    }),
  );
}

function audience(
  table: Table,
  talker: string,
  hears: (nets: ReadonlyMap<string, Cell>) => boolean | undefined,
  frames: number,
): Readonly<Record<string, string>> {
  const listeners = posts.filter(({ name, role }) => {
    const nets = table.get(role);
    return name !== talker && nets !== undefined && hears(nets) === true;
  });
  return Object.fromEntries(listeners.map(({ name }) => [name, String(frames)]));
}

/** What each sees of the operation. */
export async function sights(crew: Crew): Promise<Outcomes> {
  const entries = posts.map(async ({ name }) => {
    const { channels } = await crew.view(name);
    return [
      name,
      channels
        .filter((net) => net !== 'Lobby')
        .sort()
        .join(),
    ] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

export function expectedSights(table: Table): Outcomes {
  return Object.fromEntries(
    posts.map(({ name, role }) => {
      const cells = [...(table.get(role) ?? [])].filter(([, cell]) => cell.has('sees'));
      return [
        name,
        cells
          .map(([net]) => net)
          .sort()
          .join(),
      ];
    }),
  );
}
