/** JSON-RPC 2.0, one message a line, between the administration program and the server. */
export interface RpcRequest {
  readonly jsonrpc: '2.0';
  readonly id: number;
  readonly method: 'run';
  readonly params: unknown;
}

export interface RpcError {
  readonly code: number;
  readonly message: string;
  /** Our own code of the failure, for instance `NOT_FOUND`. */
  readonly data: { readonly code: string };
}

export type RpcMessage =
  | { readonly jsonrpc: '2.0'; readonly id: number | null; readonly result: unknown }
  | { readonly jsonrpc: '2.0'; readonly id: number | null; readonly error: RpcError }
  /** A piece of what is too much for a result; before the answer. */
  | {
      readonly jsonrpc: '2.0';
      readonly method: 'output';
      readonly params: { readonly text: string };
    };

export const MAX_REQUEST_BYTES = 262_144;
/** A line of an export, in which each character may be escaped twice. */
export const MAX_MESSAGE_BYTES = 8_388_608;
