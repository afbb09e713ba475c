import type { MethodName, MethodParams, MethodResult } from '@sidetone/protocol';

/** Asks the server in the name of the current session; rejects while there is none. */
export interface CommandPort {
  /**
   * @param accept runs in the turn in which the answer arrives, ahead of any later message
   */
  call<M extends MethodName, T = MethodResult<M>>(
    method: M,
    params: MethodParams<M>,
    accept?: (result: MethodResult<M>) => T,
  ): Promise<T>;
}
