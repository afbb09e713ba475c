/** Every code this package throws, with what it means. */
export const errorCodes = {
  ERR_WEBSOCKET_OPTIONS: 'The options given to `websocket()` are not valid.',
} as const;

export type WebSocketErrorCode = keyof typeof errorCodes;
