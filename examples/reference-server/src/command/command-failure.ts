/** Why a command was not carried out, for who gave it. */
export class CommandFailure extends Error {
  readonly code: string;

  constructor(code: string, message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.name = 'CommandFailure';
    this.code = code;
  }
}
