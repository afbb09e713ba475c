import type { SettingDefinition } from '../../examples/reference-server/src/config/setting-definition.js';
import { settingDefinitions } from '../../examples/reference-server/src/config/setting-definitions.js';
import { GENERATED, table } from './markdown.js';

const INTRODUCTION = `The reference server (\`npm start\`) reads \`sidetone.yaml\` in its data folder, or the file that \`SIDETONE_CONFIG\` names. A
variable of the environment overrides the file, and an empty one counts as none. Every key may be left out. What it
cannot use it names all at once, with lines, and does not start. Paths in the file begin in the folder of the file. How
it is run is told in [Operate a server](../guides/operate.md).`;

const BEFORE_THE_FILE = `Five variables have no key, because they say where things are, or are secret:

${table(
  ['Variable', 'Default', 'Meaning'],
  [
    [
      '`SIDETONE_DATA_DIR`',
      '`data`',
      'Folder of this server: its database, its socket, where it listens. One server has it at a time.',
    ],
    ['`SIDETONE_CONFIG`', '`sidetone.yaml` in the data folder', 'The configuration file.'],
    [
      '`SIDETONE_DATABASE_URL`',
      'none',
      'URL of a PostgreSQL, which keeps everything then. It appears in no message and no log.',
    ],
    ['`SIDETONE_TOKEN_KEY`', 'none', 'What tokens are checked with, in place of `tokens.keyFile`.'],
    [
      '`SIDETONE_GROUPS_KEY`',
      'none',
      'What pushes of groups are signed with, in place of `groups.keyFile`.',
    ],
  ],
)}`;

const EXAMPLE = `\`\`\`yaml
listen:
  port: 9000
organization:
  name: Example Corp
  channels: [Lobby, Command, Ground]
accounts:
  guests: never
  registration: invite
log:
  level: info
\`\`\``;

/** docs/reference/configuration.md */
export function configurationPage(): string {
  const groups = Object.entries(settingDefinitions).map(([group, definitions]) => {
    const rows = Object.entries(definitions as Record<string, SettingDefinition>).map(
      ([key, { variable, preset, values, meaning }]) => [
        `\`${key}\``,
        `\`${variable}\``,
        values,
        presetWords(preset),
        meaning,
      ],
    );
    const head = ['Key', 'Variable', 'Values', 'Default', 'Meaning'];
    return `## ${group}\n\n${table(head, rows)}`;
  });
  return [
    `# Configuration\n\n${GENERATED}`,
    INTRODUCTION,
    EXAMPLE,
    BEFORE_THE_FILE,
    'In a variable, lists are written with commas, and `1` and `0` mean true and false.',
    ...groups,
  ].join('\n\n');
}

function presetWords(preset: unknown): string {
  if (preset === null) return 'none';
  if (Array.isArray(preset)) return preset.length === 0 ? 'none' : `\`${preset.join(', ')}\``;
  return `\`${JSON.stringify(preset).replaceAll('"', '')}\``;
}
