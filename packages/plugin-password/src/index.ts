export { errorCodes, type PasswordErrorCode } from './error-codes.js';
export type { PasswordOptions, RegistrationMode } from './options.js';
export { Passwords, type ForeignPassword, type ImportedPassword } from './passwords.js';
export { password } from './plugin.js';
