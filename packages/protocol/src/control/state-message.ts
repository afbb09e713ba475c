/**
 * A state event is encoded once and shared by all who may see it; only the number in front is a
 * session's own. `payload` is the JSON text of a non-empty object.
 */
export function encodeStateEvent(name: string, seq: number, payload: string): string {
  return `{"jsonrpc":"2.0","method":"${name}","params":{"seq":${seq},${payload.slice(1)}}`;
}
