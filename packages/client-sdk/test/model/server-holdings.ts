import { RouteKeyring } from '../../../core/src/key/route-keyring.js';
import type { Sender } from '../../../core/src/key/sender.js';
import { ResumeTokens } from '../../../core/src/session/resume-tokens.js';
import { HandlePool } from '../../../core/src/talk/handle-pool.js';

interface Seen {
  readonly handles: Map<HandlePool, Set<number>>;
  readonly senders: Map<RouteKeyring, Set<Sender>>;
  readonly tokens: Set<ResumeTokens>;
}

/**
 * Watches what the parts of every server in this process hold: there is no public way to the
 * handles, the keys and the tokens of a server, and a leak shows in nothing else. `unwatch` puts
 * everything back.
 */
export class ServerHoldings {
  readonly #seen: Seen = { handles: new Map(), senders: new Map(), tokens: new Set() };
  readonly #restore: (() => void)[] = [];

  watch(): void {
    this.#watchHandles();
    this.#watchSenders();
    this.#watchTokens();
  }

  unwatch(): void {
    for (const restore of this.#restore.splice(0)) restore();
    this.forget();
  }

  /** Another run begins. */
  forget(): void {
    this.#seen.handles.clear();
    this.#seen.senders.clear();
    this.#seen.tokens.clear();
  }

  /** Each kind with its number; none where all is given back. `idle`: what channels always have. */
  left(idle: { readonly handles: number }): string[] {
    const { handles, senders, tokens } = this.#seen;
    const taken = sum(handles.values()) - idle.handles;
    const holders = sum(Array.from(senders.keys(), (keyring) => keyring.holders));
    return [
      ...count('handles', taken),
      ...count('holders of keys', holders),
      ...count('senders of keys', sum(senders.values())),
      ...count('resume tokens', sum(tokens)),
    ];
  }

  /** Sessions that may have keys of some route. */
  holders(): ReadonlySet<string> {
    const { senders } = this.#seen;
    return new Set(Array.from(senders.keys(), ({ holders }) => [...holders.keys()]).flat());
  }

  /** On how many talk handles a session may speak. */
  talkHandles(session: string): number {
    const all = Array.from(this.#seen.senders.values(), (senders) => [...senders]).flat();
    const own = all.filter(({ source }) => source.view.session === session);
    return own.reduce((total, { lineCount }) => total + lineCount, 0);
  }

  #watchHandles(): void {
    const { handles } = this.#seen;
    const { take, release } = HandlePool.prototype;
    const takenFrom = (pool: HandlePool): Set<number> => {
      const taken = handles.get(pool) ?? new Set<number>();
      handles.set(pool, taken);
      return taken;
    };
    HandlePool.prototype.take = function (): number | null {
      const handle = take.call(this);
      if (handle !== null) takenFrom(this).add(handle);
      return handle;
    };
    HandlePool.prototype.release = function (handle: number): void {
      release.call(this, handle);
      takenFrom(this).delete(handle);
    };
    this.#restore.push(() => Object.assign(HandlePool.prototype, { take, release }));
  }

  #watchSenders(): void {
    const { senders } = this.#seen;
    const { addSender, removeSender, grant, close } = RouteKeyring.prototype;
    const sendersOf = (keyring: RouteKeyring): Set<Sender> => {
      const present = senders.get(keyring) ?? new Set<Sender>();
      senders.set(keyring, present);
      return present;
    };
    RouteKeyring.prototype.grant = function (...granted): void {
      sendersOf(this);
      grant.apply(this, granted);
    };
    RouteKeyring.prototype.addSender = function (sender): void {
      sendersOf(this).add(sender);
      addSender.call(this, sender);
    };
    RouteKeyring.prototype.removeSender = function (sender): void {
      sendersOf(this).delete(sender);
      removeSender.call(this, sender);
    };
    RouteKeyring.prototype.close = function (): void {
      senders.delete(this);
      close.call(this);
    };
    const original = { addSender, removeSender, grant, close };
    this.#restore.push(() => Object.assign(RouteKeyring.prototype, original));
  }

  #watchTokens(): void {
    const { tokens } = this.#seen;
    const { issue } = ResumeTokens.prototype;
    ResumeTokens.prototype.issue = function (...session): string {
      // What a former server remembered went with it.
      if (!tokens.has(this)) tokens.clear();
      tokens.add(this);
      return issue.apply(this, session);
    };
    this.#restore.push(() => Object.assign(ResumeTokens.prototype, { issue }));
  }
}

function sum(sets: Iterable<{ readonly size: number }>): number {
  let total = 0;
  for (const { size } of sets) total += size;
  return total;
}

function count(what: string, number: number): string[] {
  return number === 0 ? [] : [`${number} ${what}`];
}
