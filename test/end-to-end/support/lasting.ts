/** Lets a fault last: the length of an outage is part of what is tested, not a wait for something. */
export function lasting(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
