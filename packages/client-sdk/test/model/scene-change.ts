import {
  CHANNELS,
  inLine,
  joinedLine,
  NETS,
  newcomer,
  outLine,
  type Person,
  type Scene,
} from './person.js';

/** Lines by whom they are about. */
export type Lines = Map<string, string[]>;

export function say(lines: Lines, label: string, line: string): void {
  lines.set(label, [...(lines.get(label) ?? []), line]);
}

/**
 * Applies one line to a scene. Each line has to change something: what comes twice, or names what
 * is not there, is told as a problem.
 */
export function applyLine(scene: Scene, label: string, line: string): string | null {
  const [what = '', net = '', rest = ''] = line.split(' ');
  if (label === CHANNELS) {
    const topic = line.slice(`topic ${net} `.length);
    if (scene.topics.get(net) === topic) return `${line}, which it was already`;
    scene.topics.set(net, topic);
    return null;
  }
  const person = scene.people.get(label);
  if (what === 'joined') {
    if (person) return `${label} joined, and was there already`;
    scene.people.set(label, newcomer(line.includes('muted'), line.includes('away')));
    return null;
  }
  if (!person) return `"${line}" of ${label}, who is not there`;
  const isNews = applyTo(scene, label, person, what, net, rest);
  return isNews ? null : `"${line}" of ${label} was so already`;
}

function applyTo(
  scene: Scene,
  label: string,
  person: Person,
  what: string,
  net: string,
  rest: string,
): boolean {
  const { muted, away, stays } = person;
  switch (what) {
    case 'left':
      return stays.size === 0 && scene.people.delete(label);
    case 'away':
    case 'back':
      person.away = what === 'away';
      return away !== person.away;
    case 'muted':
    case 'unmuted':
      person.muted = what === 'muted';
      return muted !== person.muted;
    case 'in':
      if (stays.get(net) === rest) return false;
      stays.set(net, rest);
      return true;
    case 'out':
      return stays.delete(net);
    default:
      return false;
  }
}

/** What a client is told that compares the scene it knew with a snapshot. */
export function sceneDifferences(before: Scene, after: Scene): Lines {
  const lines: Lines = new Map();
  for (const [label, person] of before.people) {
    const still = after.people.get(label);
    for (const net of NETS) {
      if (!person.stays.has(net) || still?.stays.has(net)) continue;
      say(lines, label, outLine(net, still ? null : 'disconnected'));
    }
    if (!still) say(lines, label, 'left disconnected');
  }
  for (const [label, person] of after.people)
    compare(lines, label, before.people.get(label), person);
  for (const [net, topic] of after.topics) {
    if (before.topics.get(net) !== topic) say(lines, CHANNELS, `topic ${net} ${topic}`);
  }
  return lines;
}

function compare(lines: Lines, label: string, known: Person | undefined, person: Person): void {
  if (!known) say(lines, label, joinedLine(person));
  else {
    if (known.away !== person.away) say(lines, label, person.away ? 'away' : 'back');
    if (known.muted !== person.muted) say(lines, label, person.muted ? 'muted' : 'unmuted');
  }
  for (const net of NETS) {
    const flags = person.stays.get(net);
    if (flags === undefined || flags === known?.stays.get(net)) continue;
    say(lines, label, inLine(net, flags));
  }
}
