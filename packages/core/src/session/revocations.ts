/** Far more than there are sign-ins under way, and sessions of before a restart. */
const MAX_USERS = 65_536;

/** Users whose credentials, account or membership were taken back while the server runs. */
export class Revocations {
  /** Latest last. */
  readonly #latest = new Map<string, number>();
  #count = 0;

  /** The present moment, for `happened`. */
  get mark(): number {
    return this.#count;
  }

  add(userId: string): void {
    this.#count += 1;
    this.#latest.delete(userId);
    this.#latest.set(userId, this.#count);
    const [oldest] = this.#latest.keys();
    if (this.#latest.size > MAX_USERS && oldest !== undefined) this.#latest.delete(oldest);
  }

  /** Whether there was one since that moment. */
  happened(userId: string, sinceMark: number): boolean {
    return (this.#latest.get(userId) ?? 0) > sinceMark;
  }
}
