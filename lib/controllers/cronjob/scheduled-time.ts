import { scheduledTimestampAnnotation, tellsScheduledTime } from '../../apis/batch/v1/cronjob/scheduled-time.js';
import type { CronJob } from '../../apis/batch/v1/cronjob/types.js';
import type { JobSpec } from '../../apis/batch/v1/job/types.js';
import type { Container } from '../../apis/core/v1/pod/containers.js';

const variable = 'FINITE_SCHEDULED_TIME';
const fieldRef = { apiVersion: 'v1', fieldPath: `metadata.annotations['${scheduledTimestampAnnotation}']` };

/**
 * `finite.dev/scheduled-time`: the Job's spec with the tick as an annotation of its pods, and from there in the
 * environment of their containers. A variable of that name which is there already stays.
 */
export function tellScheduledTime(cronJob: CronJob, spec: JobSpec, timestamp: string): JobSpec {
  if (!tellsScheduledTime(cronJob)) return spec;
  const { metadata, spec: podSpec } = spec.template;
  const annotations = { ...metadata?.annotations, [scheduledTimestampAnnotation]: timestamp };
  return {
    ...spec,
    template: {
      ...spec.template,
      metadata: { ...metadata, annotations },
      ...(podSpec && {
        spec: {
          ...podSpec,
          containers: podSpec.containers.map(withVariable),
          ...(podSpec.initContainers && { initContainers: podSpec.initContainers.map(withVariable) }),
        },
      }),
    },
  };
}

function withVariable<C extends Container>(container: C): C {
  if (container.env?.some(({ name }) => name === variable)) return container;
  return { ...container, env: [{ name: variable, valueFrom: { fieldRef } }, ...(container.env ?? [])] };
}
