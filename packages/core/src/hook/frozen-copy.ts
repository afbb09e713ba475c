/**
 * A copy of plain data that nobody can change: what hooks are shown must not be a way into the
 * state it was made from.
 */
export function frozenCopy<T>(data: T): T {
  return freezeDeep(structuredClone(data));
}

function freezeDeep<T>(data: T): T {
  if (typeof data !== 'object' || data === null) return data;
  for (const value of Object.values(data)) freezeDeep(value);
  return Object.freeze(data);
}
