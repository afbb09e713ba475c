/** Every code this package throws, with what it means. */
export const errorCodes = {
  ERR_UDP_OPTIONS: 'The options given to `udp()` are not valid.',
  ERR_UDP_PORT_TAKEN: 'Another program has bound this address and port.',
  ERR_UDP_BIND_FAILED: 'The system refused to bind this address and port.',
} as const;

export type UdpErrorCode = keyof typeof errorCodes;
