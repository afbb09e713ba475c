export { errorCodes, type AclErrorCode } from './error-codes.js';
export { acl } from './plugin.js';
export { PermissionDeclaration } from './policy/permission-declaration.js';
