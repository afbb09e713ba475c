/** How a client signs in: one of the methods that the server's `hello` lists, and what it needs. */
export interface Authentication {
  readonly method: string;
  /** Goes over the control connection only; never into a URL, a log or an event. */
  readonly credentials: Readonly<Record<string, unknown>>;
}

/** Without an account, under a name of one's own. */
export function guest(name: string): Authentication {
  return { method: 'guest', credentials: { name } };
}
