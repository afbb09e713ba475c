/** The nets of every server of the model, in the order of the tree. */
export const NETS = ['Lobby', 'Command'] as const;
export type Net = (typeof NETS)[number];

/** What anybody may know of one session. */
export interface Person {
  muted: boolean;
  away: boolean;
  /** In the order of joining. Flags: `m` muted by itself there, `M` by a moderator. */
  readonly stays: Map<string, string>;
}

/** What a client may know of an organization. */
export interface Scene {
  /** By label, see `World.label`. */
  readonly people: Map<string, Person>;
  readonly topics: Map<string, string>;
}

/** Lines about channels stand under this name. */
export const CHANNELS = 'channels';

export function newcomer(muted = false, away = false): Person {
  return { muted, away, stays: new Map() };
}

export function emptyScene(): Scene {
  return { people: new Map(), topics: new Map(NETS.map((net) => [net, ''])) };
}

export function copyOf({ people, topics }: Scene): Scene {
  return {
    people: new Map(
      Array.from(people, ([label, { muted, away, stays }]) => [
        label,
        { muted, away, stays: new Map(stays) },
      ]),
    ),
    topics: new Map(topics),
  };
}

/** As text, the order of joins and of people apart: whoever came by a snapshot cannot know it. */
export function describeScene({ people, topics }: Scene): string[] {
  const lines = Array.from(people, ([label, { muted, away, stays }]) => {
    const nets = NETS.flatMap((net) => (stays.has(net) ? `${net}[${stays.get(net)}]` : []));
    return [label, ...(muted ? ['muted'] : []), ...(away ? ['away'] : []), ...nets].join(' ');
  });
  return [
    ...lines.sort(),
    ...Array.from(topics, ([net, topic]) => `${net}: ${topic.slice(0, 12)}`),
  ];
}

export function joinedLine({ muted, away }: Pick<Person, 'muted' | 'away'>): string {
  return ['joined', ...(muted ? ['muted'] : []), ...(away ? ['away'] : [])].join(' ');
}

export function inLine(net: string, flags: string): string {
  return ['in', net, ...(flags ? [flags] : [])].join(' ');
}

export function outLine(net: string, reason: string | null): string {
  return ['out', net, ...(reason === null ? [] : [reason])].join(' ');
}
