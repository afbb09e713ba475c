import type { FloorMode, PriorityClass } from '@sidetone/protocol';

interface Membership {
  readonly max: PriorityClass;
  listening: boolean;
}

interface Press {
  readonly person: number;
  readonly net: number;
  /** Heard, or dropped until the key is let go. */
  talking: boolean;
  readonly order: number;
}

/** How strict a mode is where several hold at once. */
const MODES: readonly FloorMode[] = ['open', 'priority', 'lockout'];

/**
 * Who hears whom on nets, in the plainest way: no routes, nothing compiled, everything worked out
 * anew for each question.
 */
export class NetModel {
  readonly members: Map<number, Membership>[];
  readonly modes: FloorMode[];
  readonly stances: number[];
  patches: (readonly number[])[] = [];
  /** The class that each person asks for. */
  readonly #asked: readonly PriorityClass[];
  #presses: Press[] = [];
  #order = 0;

  constructor(nets: number, asked: readonly PriorityClass[]) {
    this.members = Array.from({ length: nets }, () => new Map());
    this.modes = this.members.map(() => 'open');
    this.stances = this.members.map(() => 0);
    this.#asked = asked;
  }

  groupOf(net: number): readonly number[] {
    return this.patches.find((nets) => nets.includes(net)) ?? [net];
  }

  isPressed(person: number, net: number): boolean {
    return this.#presses.some((press) => press.person === person && press.net === net);
  }

  press(person: number, net: number): void {
    const press = { person, net, talking: this.#mayTalk(person, net), order: (this.#order += 1) };
    if (press.talking) press.talking = this.#takesFloor(press);
    this.#presses.push(press);
  }

  release(person: number, net: number): void {
    this.#presses = this.#presses.filter((press) => press.person !== person || press.net !== net);
  }

  /** Each person to whom a frame of this key comes now. */
  hearersOf(person: number, net: number): number[] {
    const press = this.#presses.find((each) => each.person === person && each.net === net);
    if (press?.talking !== true) return [];
    const hearers = this.groupOf(net).flatMap((each) =>
      [...(this.members[each] ?? [])]
        .filter(([, { listening }]) => listening)
        .map(([hearer]) => hearer),
    );
    return [...new Set(hearers)].filter((hearer) => hearer !== person).sort((a, b) => a - b);
  }

  /** Nets whose keys a person has. */
  keysOf(person: number): number[] {
    return this.members.flatMap((_, net) =>
      this.groupOf(net).some((each) => this.members[each]?.has(person)) ? [net] : [],
    );
  }

  /** After any change of members, nets or patches. */
  settle(): void {
    this.#presses = this.#presses.filter(({ person, net }) => this.members[net]?.has(person));
    for (const press of this.#presses) {
      if (press.talking) press.talking = this.#mayTalk(press.person, press.net);
    }
    for (const net of this.members.keys()) this.#settleFloor(net);
  }

  #mode(net: number): FloorMode {
    const modes = this.groupOf(net).map((each) => MODES.indexOf(this.modes[each] ?? 'open'));
    return MODES[Math.max(...modes)] ?? 'open';
  }

  #mayTalk(person: number, net: number): boolean {
    const stance = Math.max(...this.groupOf(net).map((each) => this.stances[each] ?? 0));
    if (this.#asked[person] === 0) return stance === 0;
    return (this.members[net]?.get(person)?.max ?? 0) >= stance;
  }

  #classOf({ person, net }: Press): number {
    return Math.min(this.#asked[person] ?? 0, this.members[net]?.get(person)?.max ?? 0);
  }

  #holders(net: number): Press[] {
    return this.#presses.filter((press) => press.talking && this.groupOf(net).includes(press.net));
  }

  #takesFloor(press: Press): boolean {
    const mode = this.#mode(press.net);
    const others = this.#holders(press.net).filter(({ person }) => person !== press.person);
    if (mode === 'open' || others.length === 0) return true;
    if (mode === 'lockout') return false;
    if (others.some((other) => this.#classOf(other) >= this.#classOf(press))) return false;
    for (const other of others) other.talking = false;
    return true;
  }

  #settleFloor(net: number): void {
    const mode = this.#mode(net);
    if (mode === 'open') return;
    const holders = this.#holders(net).sort((a, b) => {
      const byClass = mode === 'priority' ? this.#classOf(b) - this.#classOf(a) : 0;
      return byClass === 0 ? a.order - b.order : byClass;
    });
    for (const holder of holders) {
      if (holder.person !== holders[0]?.person) holder.talking = false;
    }
  }
}
