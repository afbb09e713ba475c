import type { AccountRecord } from '@sidetone/core';
import { isVoiceError, WireError } from '@sidetone/protocol';
import { findHolder } from '../account/find-holder.js';
import type { Holder } from '../account/credential-kind.js';
import type { RegistrationParts } from '../account/parts.js';
import { PasswordWriter } from '../account/password-writer.js';
import { reachStore } from '../store/reach-store.js';
import type { Attempt } from '../throttle/sign-in-throttle.js';
import type { Invitation } from './invitation.js';
import { isUnfinished, unfinishedAccount } from './unfinished-account.js';

/** How often others may be faster. */
const MAX_ROUNDS = 4;
/** A registration that takes longer gives up, and one that is older was cut short. */
const GIVE_UP_MS = 20_000;
const CUT_SHORT_MS = 30_000;

export interface RegistrationRequest {
  readonly name: string;
  readonly displayName: string;
  readonly password: string;
  readonly invitation: Invitation | null;
  readonly attempt: Attempt;
}

interface Round {
  readonly request: RegistrationRequest;
  readonly beganMs: number;
  /** Made once, whatever number of rounds it takes. */
  readonly hash: () => Promise<string>;
}

/** Somebody else has written meanwhile: look again. */
const OVERTAKEN: readonly string[] = ['ERR_STORE_CONFLICT', 'ERR_STORE_VERSION'];

/** Makes accounts, so that asking twice is the same as once, whatever was cut short in between. */
export class Registrar {
  readonly #parts: RegistrationParts;
  readonly #writer: PasswordWriter;

  constructor(parts: RegistrationParts) {
    this.#parts = parts;
    this.#writer = new PasswordWriter(parts);
  }

  /** The account, new or finished before with this very password. Rejects with `WireError`. */
  async register(request: RegistrationRequest): Promise<AccountRecord> {
    let hash: Promise<string> | null = null;
    const round: Round = {
      request,
      beganMs: this.#parts.clock.now(),
      hash: () => (hash ??= this.#parts.hasher.hash(request.password, request.attempt.standing)),
    };
    for (let rounds = 1; ; rounds++) {
      try {
        return await this.#try(round);
      } catch (error) {
        const overtaken = isVoiceError(error) && OVERTAKEN.includes(error.code);
        if (!overtaken || rounds === MAX_ROUNDS) throw error;
      }
    }
  }

  async #try(round: Round): Promise<AccountRecord> {
    const { name, displayName, invitation } = round.request;
    const { accounts, clock } = this.#parts;
    const holder = await findHolder(this.#parts, name);
    if (holder && !isUnfinished(holder.account)) return this.#again(holder, round);
    if (holder) return this.#finish(holder, round);
    invitation?.requireFree();
    // Before anything is kept: most of the time passes here, and a crash leaves nothing.
    await round.hash();
    const account = unfinishedAccount(name, displayName, clock.wallTime());
    const version = await reachStore(clock, () => accounts.put(account));
    return this.#finish({ account: { ...account, version }, credential: null }, round);
  }

  /** The name is taken, by whoever asks now or by somebody else. */
  async #again({ account, credential }: Holder, { request }: Round): Promise<AccountRecord> {
    const { password, attempt } = request;
    const { hash = null, mustChange = false } = credential ?? {};
    const { ok } = await this.#parts.hasher.verify(hash, password, attempt.standing);
    if (ok && !account.disabled && !mustChange) return account;
    await attempt.failed();
    throw new WireError('ALREADY_EXISTS', 'there is an account of this name: choose another name');
  }

  async #finish({ account, credential }: Holder, round: Round): Promise<AccountRecord> {
    const { request, beganMs } = round;
    const { invitation, displayName, name } = request;
    const { accounts, clock } = this.#parts;
    const isKept = credential !== null && (await this.#isOwn(credential.hash, round));
    if (credential !== null && !isKept) this.#requireCutShort(credential.changedAt);
    await invitation?.use(account.id);
    if (!isKept) await this.#writer.writeHash(account.id, await round.hash(), credential);
    await invitation?.enter(account.id);
    if (clock.now() - beganMs > GIVE_UP_MS) throw busy(0);
    const finished = { ...account, name, displayName, disabled: false };
    const version = await reachStore(clock, () => accounts.put(finished));
    return { ...finished, version };
  }

  async #isOwn(hash: string, { request }: Round): Promise<boolean> {
    const { password, attempt } = request;
    return (await this.#parts.hasher.verify(hash, password, attempt.standing)).ok;
  }

  /** Another registration of the name has kept its password: it may be about to finish. */
  #requireCutShort(changedAt: number): void {
    const leftMs = changedAt + CUT_SHORT_MS - this.#parts.clock.wallTime();
    if (leftMs > 0) throw busy(Math.min(leftMs, CUT_SHORT_MS));
  }
}

function busy(leftMs: number): WireError {
  const message = 'somebody else is registering under this name: try again, or choose another';
  return new WireError('UNAVAILABLE', message, { retryAfterMs: Math.max(1000, leftMs) });
}
