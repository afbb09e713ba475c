/** What is answered in place of a result; `code` is for programs. */
export class PushRefusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'PushRefusal';
    this.status = status;
    this.code = code;
  }
}
