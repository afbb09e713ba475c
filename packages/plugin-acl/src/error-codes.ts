import { VoiceError, type VoiceErrorOptions } from '@sidetone/protocol';

/** Every error that this package throws at the program it runs in, and what it means. */
export const errorCodes = {
  ERR_ACL_OPTIONS: 'Options of `groupPush()` are unknown, missing or of no use.',
  ERR_ACL_PERMISSION_NAME:
    'A plugin declares a permission under a name that is taken or has not the right form.',
} as const;

export type AclErrorCode = keyof typeof errorCodes;

export function aclError(
  code: AclErrorCode,
  message: string,
  options: VoiceErrorOptions = {},
): VoiceError<AclErrorCode> {
  return new VoiceError(code, message, options);
}
