import type { CloseReason, MethodResult } from '@sidetone/protocol';
import type { OpenDoor } from './open-door.js';
import { createInstance, type TestPeer } from './test-peer.js';

type Resumed = MethodResult<'session.resume'>;

/**
 * One client over many connections: keeps its token and the numbers of the state events that it
 * applied, as an SDK does.
 */
export class ReturningClient {
  readonly #door: OpenDoor;
  readonly instance: string;
  peer: TestPeer;
  session = '';
  token = '';
  /** Of the last event applied; `null` before the end of the first snapshot. */
  lastSeq: number | null = null;
  /** Numbers of the events that came, over all connections, since the last snapshot. */
  readonly applied: number[] = [];
  snapshots = 0;

  private constructor(door: OpenDoor, instance: string) {
    this.#door = door;
    this.instance = instance;
    this.peer = this.#connect();
  }

  static async enter(
    door: OpenDoor,
    name: string,
    instance: string = createInstance(),
    prepare: (peer: TestPeer) => void = () => {},
  ): Promise<ReturningClient> {
    const client = new ReturningClient(door, instance);
    prepare(client.peer);
    const welcome = await client.peer.signIn(name, instance);
    client.session = welcome.session;
    client.token = welcome.resumeToken;
    return client;
  }

  /** A client that has only the token of another. */
  static thief(door: OpenDoor, token: string): ReturningClient {
    const client = new ReturningClient(door, createInstance());
    client.token = token;
    return client;
  }

  /** The connection ends without a word. */
  cut(): void {
    this.peer.vanish();
  }

  /** Comes back over a new connection. Rejects with `Refused`. */
  async resume(prepare: (peer: TestPeer) => void = () => {}): Promise<Resumed> {
    const peer = this.#connect();
    this.peer = peer;
    prepare(peer);
    const resumed = await this.ask();
    // An answer to an attempt that was given up is none.
    if (this.peer !== peer) return resumed;
    this.session = resumed.session;
    this.token = resumed.resumeToken;
    return resumed;
  }

  /** Asks on the present connection, and keeps nothing of the answer. */
  ask(): Promise<Resumed> {
    const { token, instance, lastSeq } = this;
    return this.peer.request('session.resume', { token, instance, lastSeq });
  }

  /** The first message after an answer shows that it came. */
  async confirm(): Promise<void> {
    await this.peer.request('session.setState', {});
  }

  get closeReason(): CloseReason | null {
    return this.peer.closeReason;
  }

  #connect(): TestPeer {
    const peer = this.#door.connect();
    const send = peer.send.bind(peer);
    peer.send = (message) => {
      if (peer === this.peer) this.#read(message);
      send(message);
    };
    return peer;
  }

  #read(message: string): void {
    const { method, params, result } = JSON.parse(message) as {
      method?: string;
      params?: { seq?: number; last?: boolean };
      result?: { seq?: number; resync?: boolean; resumeToken?: string };
    };
    if (result?.resumeToken !== undefined && result.resync !== false) {
      this.#snapshotSeq = result.seq ?? 0;
      this.lastSeq = null;
    }
    if (method === 'snapshotPart' && params?.last === true) {
      this.snapshots += 1;
      this.applied.length = 0;
      this.lastSeq = this.#snapshotSeq;
    }
    if (method === undefined || method === 'tick' || params?.seq === undefined) return;
    this.applied.push(params.seq);
    this.lastSeq = params.seq;
  }

  #snapshotSeq = 0;
}
