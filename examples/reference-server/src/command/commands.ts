import { banCommands } from './ban-commands.js';
import { channelCommands } from './channel-commands.js';
import type { Command } from './command.js';
import { explainCommand } from './explain-command.js';
import { exportCommand } from './export-command.js';
import { inviteCommands } from './invite-commands.js';
import { orgCommands } from './org-commands.js';
import { overrideCommands } from './override-commands.js';
import { roleCommands } from './role-commands.js';
import { templateCommand } from './template-command.js';
import { userCommands } from './user-commands.js';

/** What a server carries out, whether it runs already or is started for it. */
export const commands: readonly Command[] = [
  ...userCommands,
  ...orgCommands,
  templateCommand,
  ...channelCommands,
  ...roleCommands,
  ...overrideCommands,
  explainCommand,
  ...banCommands,
  ...inviteCommands,
  exportCommand,
];
