import type { Permission } from '@sidetone/protocol';
import type { Template, TemplateNet, TemplateOverride, TemplateRole } from './template.js';

const OPERATION = 'Operation';
const COMMAND = 'Command';

const BE_THERE: readonly Permission[] = ['VIEW', 'JOIN', 'LISTEN'];
const TALK: readonly Permission[] = [...BE_THERE, 'SPEAK', 'TEXT'];
const LEAD: readonly Permission[] = [...TALK, 'PRIORITY', 'EMERGENCY'];
const COMMAND_ALL: readonly Permission[] = [
  ...LEAD,
  'SHOUT',
  'MUTE',
  'MOVE',
  'PATCH',
  'SET_STANCE',
];

/** A group with a net of its own: who leads it talks to Command as well, who is in it does not. */
interface Group {
  readonly net: string;
  readonly lead: string;
  readonly member: string;
  readonly topic: string;
  /** Its key in the hands of Command. In the group itself it is 2: a promotion moves no finger. */
  readonly slot: number;
  /** Where Command hears it. */
  readonly pan: TemplateNet['pan'];
}

const groups: readonly Group[] = [
  { net: 'Flight', lead: 'Flight Lead', member: 'Pilot', topic: 'Aircraft', slot: 2, pan: -1 },
  { net: 'Ground', lead: 'Ground Lead', member: 'Ground Crew', topic: 'Troops', slot: 3, pan: 1 },
  {
    net: 'Logistics',
    lead: 'Logistics Lead',
    member: 'Logistics Crew',
    topic: 'Supply and transport',
    slot: 4,
    pan: 0,
  },
];

const MAIN_LEVEL = 80;
const SIDE_LEVEL = 60;

const commander: TemplateRole = {
  name: 'Commander',
  rank: 500,
  implicit: null,
  permissions: [],
  nets: [
    mainNet(COMMAND, 1),
    ...groups.map(({ net, slot, pan }) => sideNet(net, slot, pan)),
    // Nobody sits there: the key shouts to all nets below it.
    { ...mainNet(OPERATION, 8), listen: false, selected: false },
  ],
};

const observer: TemplateRole = {
  name: 'Observer',
  rank: 200,
  implicit: null,
  permissions: [],
  nets: [sideNet(COMMAND, null, 0), ...groups.map(({ net, pan }) => sideNet(net, null, pan))],
};

/**
 * Command hears all nets and may shout to all of them, leaders talk to Command and on their own net,
 * members on their own. Each sees the nets that they hear.
 */
export const operation: Template = {
  roles: [
    commander,
    ...groups.map(({ lead, net }) => ({
      name: lead,
      rank: 400,
      implicit: null,
      permissions: [],
      nets: [mainNet(net, 2), sideNet(COMMAND, 1, -1)],
    })),
    ...groups.map(({ member, net }) => ({
      name: member,
      rank: 300,
      implicit: null,
      permissions: [],
      nets: [mainNet(net, 2)],
    })),
    observer,
  ],
  channels: [
    { name: OPERATION, parent: null, topic: 'Shouts of Command' },
    { name: COMMAND, parent: OPERATION, topic: 'Command and leaders' },
    ...groups.map(({ net, topic }) => ({ name: net, parent: OPERATION, topic })),
  ],
  overrides: [
    everywhere(commander.name, COMMAND_ALL),
    everywhere(observer.name, BE_THERE),
    ...groups.flatMap(({ net, lead, member }) => [
      {
        channel: OPERATION,
        role: lead,
        allow: ['VIEW'],
        deny: [],
        here: true,
        below: false,
      } as const,
      {
        channel: OPERATION,
        role: member,
        allow: ['VIEW'],
        deny: [],
        here: true,
        below: false,
      } as const,
      on(COMMAND, lead, LEAD),
      on(net, lead, [...LEAD, 'MUTE', 'SET_STANCE']),
      on(net, member, TALK),
    ]),
    // Last: who has one of these roles never loses what they go on having.
    {
      channel: OPERATION,
      role: { implicit: true },
      allow: [],
      deny: [...COMMAND_ALL, 'CREATE_TEMPORARY'],
      here: true,
      below: true,
    },
  ],
};

/** The one that is talked on most: in the middle, and with the master key. */
function mainNet(channel: string, slot: number): TemplateNet {
  const sound = { level: MAIN_LEVEL, pan: 0 } as const;
  return { channel, listen: true, selected: true, talk: true, slot, ...sound };
}

function sideNet(channel: string, slot: number | null, pan: TemplateNet['pan']): TemplateNet {
  const keys = { selected: false, talk: slot !== null, slot };
  return { channel, listen: true, ...keys, level: SIDE_LEVEL, pan };
}

function on(channel: string, role: string, allow: readonly Permission[]): TemplateOverride {
  return { channel, role, allow, deny: [], here: true, below: true };
}

function everywhere(role: string, allow: readonly Permission[]): TemplateOverride {
  return on(OPERATION, role, allow);
}
