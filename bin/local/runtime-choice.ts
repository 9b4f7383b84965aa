export const runtimeChoices = ['auto', 'container', 'process', 'instant', 'none'] as const;

/** What `--runtime` takes. */
export type RuntimeChoice = (typeof runtimeChoices)[number];
