export type {
  AclEvents,
  AclMethodName,
  AclMethods,
  AclParams,
  AclResult,
} from './administration/acl-methods.js';
export type { AssignOptions } from './administration/assignment-commands.js';
export type { GroupChange, GroupOptions } from './administration/group-commands.js';
export type { OverrideDraft } from './administration/override-commands.js';
export type { RoleChanges, RoleDraft } from './administration/role-commands.js';
export type { NetView, OverrideView, RoleSummary, RoleView } from './administration/role-view.js';
export { Roles, type OrganizationRoleApi } from './administration/roles.js';
export { errorCodes, type AclErrorCode } from './error-codes.js';
export { acl } from './plugin.js';
export { groupPush } from './push/group-push.js';
export type { GroupPushOptions } from './push/options.js';
export { PermissionDeclaration } from './policy/permission-declaration.js';
export {
  templates,
  type AppliedTemplate,
  type TemplateName,
  type TreeOfChannels,
} from './template/apply-template.js';
export type {
  Template,
  TemplateChannel,
  TemplateNet,
  TemplateOverride,
  TemplateRole,
} from './template/template.js';
