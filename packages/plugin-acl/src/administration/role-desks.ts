import { RoleDesk, type DeskParts } from './role-desk.js';

/** The desk of each organization. */
export class RoleDesks {
  readonly parts: DeskParts;
  readonly #desks = new Map<string, RoleDesk>();

  constructor(parts: DeskParts) {
    this.parts = parts;
  }

  of(organizationId: string): RoleDesk {
    const known = this.#desks.get(organizationId);
    if (known !== undefined) return known;
    this.#forgetDeleted();
    const desk = new RoleDesk(organizationId, this.parts);
    this.#desks.set(organizationId, desk);
    return desk;
  }

  /** In the order of ids: who takes several takes them in this one, or two would wait for each other. */
  all(): readonly RoleDesk[] {
    return [...this.parts.directory().organizations()].sort().map((id) => this.of(id));
  }

  #forgetDeleted(): void {
    const present = new Set(this.parts.directory().organizations());
    for (const id of this.#desks.keys()) {
      if (present.has(id)) continue;
      this.#desks.delete(id);
      this.parts.books.forget(id);
    }
  }
}
