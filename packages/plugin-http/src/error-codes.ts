/** Every code this package throws, with what it means. */
export const errorCodes = {
  ERR_HTTP_OPTIONS: 'The options given to `http()` are not valid.',
  ERR_HTTP_INSECURE_HOST:
    'A listener without TLS was asked to bind an address that other machines can reach.',
  ERR_HTTP_PORT_TAKEN: 'Another program listens on this address and port.',
  ERR_HTTP_LISTEN_FAILED: 'The system refused to listen on this address and port.',
  ERR_HTTP_PATH_TAKEN: 'Two plugins registered a handler for the same path.',
} as const;

export type HttpErrorCode = keyof typeof errorCodes;
