import { templates, type AppliedTemplate, type TemplateName } from '@sidetone/plugin-acl';
import { defineCommand, type Command } from './command.js';
import { CommandFailure } from './command-failure.js';
import { word } from './field.js';
import { findOrganization, org, rolesOf } from './look-up.js';

const known = Object.keys(templates).join(', ');

export const templateCommand: Command = defineCommand({
  name: 'org template apply',
  summary: 'make the roles, channels and rules of a template, as far as they are missing',
  fields: { template: word('template', `one of ${known}`), org },
  async run(administration, { template, org }) {
    if (!Object.hasOwn(templates, template)) {
      throw new CommandFailure('NOT_FOUND', `there is no template "${template}"; use ${known}`);
    }
    const organization = findOrganization(administration, org);
    const roles = rolesOf(administration, organization);
    return roles.applyTemplate(template as TemplateName, organization.channels);
  },
  show: ({ roles, channels, moved, overrides, netPlans }: AppliedTemplate) => {
    const made = [
      ...(roles.length > 0 ? [`roles      ${roles.join(', ')}`] : []),
      ...(channels.length > 0 ? [`channels   ${channels.join(', ')}`] : []),
      ...(moved.length > 0 ? [`moved      ${moved.join(', ')}`] : []),
      ...(overrides > 0 ? [`overrides  ${overrides}`] : []),
      ...(netPlans.length > 0 ? [`net plans  ${netPlans.join(', ')}`] : []),
    ];
    return made.length > 0 ? `Made:\n${made.join('\n')}` : 'All of it is there already.';
  },
});
