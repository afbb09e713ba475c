const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Ids are UUIDs in lower case; anything else is the id of nothing. */
export function isUuid(id: unknown): id is string {
  return typeof id === 'string' && UUID.test(id);
}
