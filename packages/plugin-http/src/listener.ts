import type { HttpServer } from '@sidetone/core';

/** An `HttpServer` as this plugin drives it through start and stop. */
export interface Listener extends HttpServer {
  /** Starts to serve what is registered. Rejects with `ERR_HTTP_...` where the system refuses. */
  open(): Promise<void>;
  /** Ends every socket it answers for. Idempotent. */
  close(): Promise<void>;
}
