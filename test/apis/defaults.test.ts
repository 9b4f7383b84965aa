import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultCronJob } from '../../lib/apis/batch/v1/cronjob/defaults.js';
import { defaultJob } from '../../lib/apis/batch/v1/job/defaults.js';
import { defaultNamespace } from '../../lib/apis/core/v1/namespace/defaults.js';
import { defaultPod } from '../../lib/apis/core/v1/pod/defaults.js';
import { defaultSecret } from '../../lib/apis/core/v1/secret/defaults.js';
import { kindOfResource } from '../../lib/apis/kinds.js';
import { decode } from '../../lib/apis/meta/v1/decode.js';

type Json = Record<string, any>;
interface Recorded {
  name: string;
  request: { path: string; body: unknown };
  response: { status: number; body: Json };
}

const defaulters: Record<string, (object: any) => Json> = {
  jobs: defaultJob,
  cronjobs: defaultCronJob,
  pods: defaultPod,
  namespaces: defaultNamespace,
  secrets: defaultSecret,
  configmaps: (object: Json) => object,
  serviceaccounts: (object: Json) => object,
};

/** Cases in which preparing, not defaulting, makes the difference. */
const prepared: Record<string, string> = {
  'job/scheduling-group': 'a field of a feature that is off is dropped',
  'job/pod/lifecycle-stopsignal': 'a field of a feature that is off is dropped',
  'pod/lifecycle-stopsignal': 'a field of a feature that is off is dropped',
  'pod/tgps-neg': 'a negative grace period becomes a second',
  'pod/tgps-neg-big': 'a negative grace period becomes a second',
  'other/namespace-meta-namespace': 'the finalizer is set on creation',
  'cronjob/sds-big': 'a 64-bit integer that JavaScript cannot hold exactly',
};

function resourceOf(recorded: Recorded): string {
  return recorded.request.path.split('/').at(-1) ?? '';
}

const recorded = readFileSync(new URL('../../../shared/recordings/admission.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded)
  .filter(
    (each) =>
      each.response.status === 201 &&
      !(each.name in prepared) &&
      resourceOf(each) in defaulters &&
      typeof each.request.body === 'object' &&
      each.response.body['kind'] === (each.request.body as Json)['kind'],
  );

/** What says nothing of defaults: names, times, and everything preparing and admission plug in. */
function compared(object: Json): Json {
  const { apiVersion: _a, kind: _k, metadata: _m, status: _s, ...rest } = structuredClone(object);
  const spec = (rest['spec'] ?? {}) as Json;
  dropGenerated(spec);
  for (const podSpec of [spec, spec['template']?.spec, spec['jobTemplate']?.spec.template.spec]) {
    if (podSpec !== undefined) dropPluggedIn(podSpec);
  }
  return rest;
}

function dropGenerated(jobSpec: Json): void {
  if (jobSpec['manualSelector'] !== true) delete jobSpec['selector'];
  const labels = (jobSpec['template']?.metadata?.labels ?? {}) as Json;
  for (const label of ['controller-uid', 'job-name']) {
    delete labels[label];
    delete labels[`batch.kubernetes.io/${label}`];
  }
  if (Object.keys(labels).length === 0) delete jobSpec['template']?.metadata?.labels;
}

function dropPluggedIn(podSpec: Json): void {
  const token = (each: Json): boolean => String(each['name']).startsWith('kube-api-access-');
  const drop = (holder: Json, list: string, match: (each: Json) => boolean): void => {
    holder[list] = ((holder[list] ?? []) as Json[]).filter((each) => !match(each));
    if (holder[list].length === 0) delete holder[list];
  };
  drop(podSpec, 'volumes', token);
  drop(podSpec, 'tolerations', (each) => /not-ready|unreachable/.test(String(each['key'])));
  for (const field of ['serviceAccount', 'serviceAccountName', 'priority', 'preemptionPolicy']) delete podSpec[field];
  for (const container of [...(podSpec['containers'] ?? []), ...(podSpec['initContainers'] ?? [])] as Json[]) {
    drop(container, 'volumeMounts', token);
  }
}

describe('defaults', () => {
  it('has recordings to be compared with', () => {
    expect(recorded.length).toBeGreaterThan(250);
  });

  it.each(recorded.map((each) => [each.name, each] as const))('are those of Kubernetes: %s', (_name, each) => {
    const resource = resourceOf(each);
    const kind = kindOfResource(resource.endsWith('jobs') ? 'batch/v1' : 'v1', resource)!;
    const { object, error } = decode(kind.schema, each.request.body);
    expect(error).toBeUndefined();
    const defaulted = defaulters[resource]!(object);
    expect(compared(defaulted)).toEqual(compared(each.response.body));
    expect(defaulters[resource]!(defaulted)).toBe(defaulted);
  });
});
