/** What one organization may keep. Whoever administers it can fill memory and disk with no more. */
export const ROLES_PER_ORGANIZATION = 256;
export const ROLES_PER_USER = 64;
export const OVERRIDES_PER_CHANNEL = 512;
export const PERMISSIONS_PER_ROLE = 256;
export const NETS_PER_PLAN = 64;
export const HIGHEST_RANK = 65_535;
/** Commands of one organization that wait for their turn. */
export const WAITING_COMMANDS = 256;
/** Names of holders in one answer. */
export const HOLDERS_PER_PAGE = 100;
