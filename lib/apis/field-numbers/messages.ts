/** Field numbers by message (an API type's name without its package) and JSON name. */
export type Messages = Readonly<Record<string, Readonly<Record<string, number>>>>;
