import type { MethodName, MethodParams, MethodResult } from '@sidetone/protocol';

/**
 * Methods of server plugins. A plugin's package, or the app, adds its own by declaration merging,
 * and `client.call` is typed for them:
 *
 * ```ts
 * declare module '@sidetone/client-sdk' {
 *   interface PluginMethods {
 *     'chat.send': { params: { channel: string; text: string }; result: { id: string } };
 *   }
 * }
 * ```
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- it is there to be merged with
export interface PluginMethods {}

type CoreMethods = {
  readonly [M in MethodName]: { params: MethodParams<M>; result: MethodResult<M> };
};

/** Every method that `client.call` knows the shapes of. */
export type CallableMethods = CoreMethods & PluginMethods;
export type CallableName = keyof CallableMethods;
export type CallParams<M extends CallableName> = CallableMethods[M] extends { params: infer P }
  ? P
  : object;
export type CallResult<M extends CallableName> = CallableMethods[M] extends { result: infer R }
  ? R
  : unknown;
