import { SerialQueue } from '../command/serial-queue.js';
import type { Channel } from '../channel/channel.js';
import { ChannelTree } from '../channel/channel-tree.js';
import type { OrganizationRecord } from '../contracts/organization-store.js';
import { PatchBook } from '../patch/patch-book.js';
import type { Session } from '../session/session.js';
import type { BanBook } from './ban-book.js';

/** Changes of the channel tree wait for the store; more than this means the store hangs. */
const MAX_WAITING_WRITES = 256;

/** A tenant: its own channels and sessions, unseen by every other. */
export class Organization {
  /** As it is kept; replaced when that changes. */
  record: OrganizationRecord;
  readonly bans: BanBook;
  readonly tree: ChannelTree = new ChannelTree();
  readonly patches: PatchBook = new PatchBook();
  /** By session id. */
  readonly sessions: Map<string, Session> = new Map();
  /** Commands that write to a store commit one after another. */
  readonly writes: SerialQueue = new SerialQueue(MAX_WAITING_WRITES);

  constructor(record: OrganizationRecord, bans: BanBook) {
    this.record = record;
    this.bans = bans;
  }

  get id(): string {
    return this.record.id;
  }

  get name(): string {
    return this.record.name;
  }

  /** By id, or by a name that only one channel has; without regard to case. */
  findChannel(idOrName: string): Channel | undefined {
    const byId = this.tree.get(idOrName);
    if (byId) return byId;
    const wanted = idOrName.toLowerCase();
    const named = [...this.tree.all()].filter(({ name }) => name.toLowerCase() === wanted);
    return named.length === 1 ? named[0] : undefined;
  }
}
