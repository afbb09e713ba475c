/** An event that is said to be older did not tell its time as events do. */
const MAX_AGE_MS = 10_000;

/**
 * When an event happened, in epoch milliseconds, the clock of a client in a browser. A page that was
 * busy gets its events late; they count from when the key went down.
 * @param timeStamp of the event, or of a gamepad: milliseconds since the time origin
 */
export function eventTime(
  { timeOrigin, now }: { readonly timeOrigin: number; readonly now: number },
  timeStamp: number,
): number {
  const isCredible = timeStamp <= now && timeStamp >= now - MAX_AGE_MS;
  return timeOrigin + (isCredible ? timeStamp : now);
}
