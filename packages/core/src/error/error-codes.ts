import { VoiceError, type VoiceErrorOptions } from '@sidetone/protocol';

/** Every error that core throws at the program it runs in, and what it means. */
export const errorCodes = {
  ERR_CONTAINER_AMBIGUOUS: 'One implementation was asked for where several may stand side by side.',
  ERR_CONTAINER_CYCLE: 'A factory needs, through others, what it is making.',
  ERR_CONTAINER_DOUBLED: 'A contract that takes one implementation was given a second.',
  ERR_CONTAINER_EMPTY: 'A factory returned nothing.',
  ERR_CONTAINER_UNREGISTERED: 'Nobody provides the contract that was asked for.',
  ERR_KEY_SENDERS_EXHAUSTED: 'A route has given away all of its sender indices.',
  ERR_MEDIA_PORT_CLOSED: 'A media port was used after it, or its session, was closed.',
  ERR_MEDIA_PORT_UNKNOWN: 'A media port has no such talk target, or holds no key for it yet.',
  ERR_OPTIONS_INVALID: 'Options are unknown or out of range; `details.problems` lists all of them.',
  ERR_ORGANIZATION_UNKNOWN: 'No organization has the id or name that was asked for.',
  ERR_PLUGIN_EVENT_INVALID: 'A plugin published a payload that its event does not allow.',
  ERR_PLUGIN_FAILED: 'A plugin threw in a step of the lifecycle; `cause` is what it threw.',
  ERR_PLUGIN_INVALID: 'What was passed to `use` is no plugin.',
  ERR_PLUGIN_METHOD_INVALID: 'A plugin method that mutates has a param called "key".',
  ERR_PLUGIN_NAME_INVALID:
    'The name of a plugin method or event does not have the right form, or a guard names no command.',
  ERR_PLUGIN_NAME_TAKEN: 'A plugin method or event has the name of another.',
  ERR_PLUGIN_NOT_PROVIDED: 'A plugin did not provide, in its setup, what it lists in `provides`.',
  ERR_PLUGIN_ORDER: 'No order of setup exists; `details.problems` lists every reason.',
  ERR_PLUGIN_SECRET: 'A plugin asked for a contract that is for core alone.',
  ERR_PLUGIN_TIMEOUT: 'A plugin did not finish a step of the lifecycle in time.',
  ERR_PLUGIN_TOO_EARLY: 'A plugin asked in its setup for what exists from `onReady` on.',
  ERR_PLUGIN_TOO_LATE: 'A plugin used its context for something that is possible in setup only.',
  ERR_PLUGIN_UNDECLARED:
    'A plugin used a contract that its `requires` or `provides` does not list.',
  ERR_SERVER_NOT_STARTED: 'The call needs a server that has started.',
  ERR_SERVER_STARTED: 'The call needs a server that has not been started.',
  ERR_SERVER_STOPPED: 'The server has stopped, or was stopped while it started.',
  ERR_SERVER_TIMEOUT: 'The server did not finish a step of its own lifecycle in time.',
  ERR_STORE_CONFLICT: 'A record breaks a rule of uniqueness; nothing was written.',
  ERR_STORE_IMPORT: 'A line of an export is of a kind or shape that the store does not know.',
  ERR_STORE_REFERENCE: 'A record names another that is not there; nothing was written.',
  ERR_STORE_UNAVAILABLE: 'The store cannot be reached; a write may or may not have been made.',
  ERR_STORE_VERSION: 'The record was changed by somebody else meanwhile; nothing was written.',
} as const;

export type ErrorCode = keyof typeof errorCodes;

export function coreError(
  code: ErrorCode,
  message: string,
  options: VoiceErrorOptions = {},
): VoiceError<ErrorCode> {
  return new VoiceError(code, message, options);
}
