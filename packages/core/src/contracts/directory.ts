import { createToken, type Token } from '../token.js';
import type { Identity } from './authenticator.js';

export interface DirectoryChannel {
  readonly id: string;
  readonly organizationId: string;
  readonly parentId: string | null;
  readonly name: string;
  readonly temporary: boolean;
}

export interface DirectorySession {
  readonly id: string;
  readonly organizationId: string;
  readonly identity: Identity;
  /** Ids of the channels it has joined. */
  readonly channels: Iterable<string>;
}

/** A change of the tree, told in the turn that makes it, before core asks the policy anything. */
export interface TreeChange {
  readonly kind: 'added' | 'moved' | 'removed';
  readonly organizationId: string;
  /** With all below it. */
  readonly channelId: string;
}

/**
 * What there is now: organizations, their channels, and who is in them. Synchronous and always
 * current. Core provides it, from `onReady` on; it is for access policies and the like, which have
 * to answer in the turn in which they are asked.
 */
export interface Directory {
  /** Ids. */
  organizations(): Iterable<string>;
  channel(channelId: string): DirectoryChannel | undefined;
  /** Parents may come after what is below them. */
  channels(organizationId: string): Iterable<DirectoryChannel>;
  session(sessionId: string): DirectorySession | undefined;
  sessions(organizationId: string): Iterable<DirectorySession>;
  hasJoined(sessionId: string, channelId: string): boolean;
  /** Returns a function that ends the subscription. A listener that throws is logged. */
  onTreeChange(listener: (change: TreeChange) => void): () => void;
}

export const Directory: Token<Directory> = createToken('Directory');
