/** The four classes of talk, lowest first (design: what a slow reader loses first, who ducks whom). */
export const Priorities = { background: 0, normal: 1, priority: 2, emergency: 3 } as const;
export type PriorityClass = (typeof Priorities)[keyof typeof Priorities];
