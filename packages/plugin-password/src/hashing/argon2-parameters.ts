/** What a hash costs: RFC 9106 section 3.1 calls them m, t and p. */
export interface Argon2Parameters {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
}

/** An imported hash must not be a way to take all memory or minutes of a processor. */
const MAX: Argon2Parameters = { memoryKiB: 1_048_576, passes: 64, lanes: 16 };
const FORM = /^\$argon2id\$v=19\$([a-z0-9=,]{1,64})\$[A-Za-z0-9+/]{11,128}\$[A-Za-z0-9+/]{22,128}$/;

/** Those of a hash in PHC format; `null` for everything but an Argon2id hash of version 19. */
export function parametersOf(hash: string): Argon2Parameters | null {
  const list = FORM.exec(hash)?.[1];
  if (list === undefined) return null;
  const values = new Map(list.split(',').map((pair) => pair.split('=') as [string, string]));
  const [memoryKiB, passes, lanes] = ['m', 't', 'p'].map((name) => Number(values.get(name)));
  if (values.size !== 3 || !memoryKiB || !passes || !lanes) return null;
  const parameters = { memoryKiB, passes, lanes };
  return everyPart((part) => parameters[part] <= MAX[part]) ? parameters : null;
}

/** Whether a hash was made with less, in any respect, than is asked for today. */
export function isOutdated(made: Argon2Parameters, today: Argon2Parameters): boolean {
  return !everyPart((part) => made[part] >= today[part]);
}

function everyPart(holds: (part: keyof Argon2Parameters) => boolean): boolean {
  return holds('memoryKiB') && holds('passes') && holds('lanes');
}
