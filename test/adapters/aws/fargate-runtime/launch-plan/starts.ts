import type { ContainerDefinition, ContainerOverride } from '@aws-sdk/client-ecs';
import {
  planLaunch,
  type LaunchContext,
  type LaunchPlan,
} from '../../../../../lib/adapters/aws/fargate-runtime/launch-plan.js';
import type { Container } from '../../../../../lib/apis/core/v1/pod/containers.js';
import type { Pod, PodSpec } from '../../../../../lib/apis/core/v1/pod/types.js';
import { resolveInputs } from '../../../../../lib/controllers/pod/inputs/resolve-inputs.js';
import type { PodStart } from '../../../../../lib/ports/pod-runtime.js';
import { makePod, startOf } from '../../../../support/pods.js';

export const SETTINGS = {
  logGroup: '/finite/pods',
  region: 'eu-west-1',
  executionRoleArn: 'arn:aws:iam::1:role/execution',
  taskRoleArn: 'arn:aws:iam::1:role/pod',
  helperImage: 'helper',
  bucketArn: 'arn:aws:s3:::files',
};

const configMap = { data: { color: 'blue', text: 'several\nlines' } };
const secret = { data: { password: btoa('hunter2'), pem: btoa('a\nb') } };

/** The start of a new pod, with its inputs resolved as the manager resolves them. */
export function startPod(
  containers: readonly Partial<Container>[],
  spec: Partial<PodSpec> = {},
  more: Partial<PodStart> = {},
  pod?: Pod,
): PodStart {
  const made = pod ?? makePod(containers, { terminationGracePeriodSeconds: 30, ...spec });
  const objects = { configMap: () => configMap, secret: () => secret };
  const inputs = resolveInputs(made, objects, { nodeName: 'fargate', hostIP: '', podIP: '' });
  if (inputs.problem) throw new Error(inputs.problem.message);
  const all = [...(made.spec.initContainers ?? []), ...made.spec.containers];
  return {
    pod: made,
    containers: all.map(({ name }) => {
      const own = inputs.containers[name]!;
      if (own.problem) throw new Error(own.problem.message);
      return startOf(made, { container: name, ...own, volumes: inputs.volumes });
    }),
    asked: new Set([all[0]!.name]),
    serviceAccountAnnotations: {},
    ...more,
  };
}

/** What is asked of ECS for it. */
export const plan = (start: PodStart, context: LaunchContext = {}): LaunchPlan => planLaunch(start, SETTINGS, context);

export const definitionOf = ({ definition }: LaunchPlan, name: string): ContainerDefinition =>
  definition.containerDefinitions!.find((container) => container.name === name)!;

export const overrideOf = ({ overrides }: LaunchPlan, name: string): ContainerOverride | undefined =>
  overrides.containerOverrides!.find((container) => container.name === name);

/** The text of the environment file that an override names. */
export const fileOf = ({ files }: LaunchPlan, override: ContainerOverride | undefined): string => {
  const [{ value = '' } = {}] = override?.environmentFiles ?? [];
  return files.find(({ key }) => value === `arn:aws:s3:::files/${key}`)!.body.toString();
};

export const fieldRef = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });

export const ofSecret = (name: string, key = 'password') => ({ name, valueFrom: { secretKeyRef: { name: 's', key } } });
