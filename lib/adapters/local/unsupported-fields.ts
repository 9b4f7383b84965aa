import type { Container } from '../../apis/core/v1/pod/containers.js';
import type { RuntimeEvent } from '../../ports/pod-runtime.js';

/** A field that a runtime does not honour, whether an object uses it, and what happens in its place. */
export type FieldRow<T> = readonly [field: string, isUsed: (object: T) => unknown, effect: string];

/** Fields of containers that no runtime of one machine honours. */
export const unsupportedEverywhere: readonly FieldRow<Container>[] = [
  ['livenessProbe', ({ livenessProbe }) => livenessProbe, 'the probe is not run'],
  ['readinessProbe', ({ readinessProbe }) => readinessProbe, 'the container is ready as soon as it runs'],
  ['startupProbe', ({ startupProbe }) => startupProbe, 'the probe is not run'],
  ['lifecycle.postStart', ({ lifecycle }) => lifecycle?.postStart, 'the hook is not run'],
  ['lifecycle.preStop', ({ lifecycle }) => lifecycle?.preStop, 'the hook is not run'],
  ['stdin', ({ stdin }) => stdin, 'standard input is empty'],
  ['tty', ({ tty }) => tty, 'there is no terminal'],
  ['volumeDevices', ({ volumeDevices }) => volumeDevices?.length, 'there are no block devices'],
];

/** One warning for each field in use: nothing is dropped in silence. */
export function unsupportedFields<T>(rows: readonly FieldRow<T>[], object: T, container?: string): RuntimeEvent[] {
  return rows
    .filter(([, isUsed]) => isUsed(object))
    .map(([field, , effect]) => ({
      type: 'Warning',
      reason: 'Unsupported',
      message: `${field} has no effect here: ${effect}`,
      ...(container !== undefined && { container }),
    }));
}

export function isFilled(object: object | undefined): boolean {
  return object !== undefined && Object.keys(object).length > 0;
}
