import { describe, expect, it } from 'vitest';
import { kindOf } from '../../../lib/apis/kinds.js';
import { humanDuration } from '../../../lib/apis/meta/v1/human-duration.js';
import { labelSelectorText } from '../../../lib/apis/meta/v1/label-selector-text.js';
import type { KubeObject } from '../../../lib/apis/meta/v1/object.js';
import { toTable, type TableOptions } from '../../../lib/apiserver/tables/table.js';

const now = Date.parse('2026-01-01T01:00:00Z');
const options: TableOptions = {
  metadata: { resourceVersion: '7' },
  now,
  withHeaders: true,
  apiVersion: 'meta.k8s.io/v1',
};

function table(apiVersion: string, kind: string, fields: object, changed: Partial<TableOptions> = {}) {
  const metadata = { name: 'n', namespace: 'ns', uid: 'u', creationTimestamp: '2026-01-01T00:55:00Z' };
  const { metadata: more, ...rest } = fields as { metadata?: object };
  const object = { apiVersion, kind, metadata: { ...metadata, ...more }, ...rest } as unknown as KubeObject;
  return toTable(kindOf(apiVersion, kind)!, [object], { ...options, ...changed });
}

function cells(apiVersion: string, kind: string, fields: object): string {
  return table(apiVersion, kind, fields).rows[0]!.cells.join(' | ');
}

const template = {
  spec: {
    containers: [
      { name: 'c', image: 'i' },
      { name: 'd', image: 'j' },
    ],
  },
};

describe('a row of Jobs shows', () => {
  const condition = (...types: string[]): object => ({
    conditions: types.map((type) => ({ type, status: 'True' })),
  });
  it.each<[string, object, object, string]>([
    ['a running one', { completions: 5 }, { succeeded: 2 }, 'Running | 2/5 | '],
    ['how long it has run', { completions: 1 }, { startTime: '2026-01-01T00:56:00Z' }, 'Running | 0/1 | 4m'],
    [
      'how long it took',
      { completions: 1 },
      {
        ...condition('Complete'),
        succeeded: 1,
        startTime: '2026-01-01T00:00:00Z',
        completionTime: '2026-01-01T00:01:30Z',
      },
      'Complete | 1/1 | 90s',
    ],
    ['a work queue', { parallelism: 3 }, {}, 'Running | 0/1 of 3 | '],
    ['a work queue of one', { parallelism: 1 }, {}, 'Running | 0/1 | '],
    ['a failed one', { completions: 1 }, condition('FailureTarget', 'Failed'), 'Failed | 0/1 | '],
    ['a suspended one', { completions: 1 }, condition('Suspended'), 'Suspended | 0/1 | '],
    ['one about to fail', { completions: 1 }, condition('FailureTarget'), 'FailureTarget | 0/1 | '],
    ['one about to complete', { completions: 1 }, condition('SuccessCriteriaMet'), 'SuccessCriteriaMet | 0/1 | '],
  ])('%s', (_, spec, status, expected) => {
    const job = { spec: { template, selector: { matchLabels: { a: 'b' } }, ...spec }, status };
    expect(cells('batch/v1', 'Job', job)).toBe(`n | ${expected} | 5m | c,d | i,j | a=b`);
  });

  it('one being deleted', () => {
    const job = { metadata: { deletionTimestamp: '2026-01-01T00:59:00Z' }, spec: { template }, status: {} };
    expect(cells('batch/v1', 'Job', job)).toContain('Terminating');
  });
});

describe('a row of Pods shows', () => {
  const running = { name: 'c', ready: true, restartCount: 0, state: { running: {} } };
  const ended = (exitCode: number, more: object = {}): object => ({
    name: 'c',
    ready: false,
    restartCount: 0,
    state: { terminated: { exitCode, ...more } },
  });
  const waiting = (reason: string): object => ({ ...running, ready: false, state: { waiting: { reason } } });
  const restarted = {
    ...running,
    restartCount: 2,
    lastState: { terminated: { exitCode: 1, finishedAt: '2026-01-01T00:58:00Z' } },
  };
  const status = (phase: string, ...containerStatuses: object[]): object => ({ phase, containerStatuses });
  const ready = { conditions: [{ type: 'Ready', status: 'True' }] };

  it.each<[string, object, string]>([
    ['a running one', status('Running', running), '1/1 | Running | 0'],
    ['one that waits', status('Pending', waiting('ImagePullBackOff')), '0/1 | ImagePullBackOff | 0'],
    ['one that has completed', status('Succeeded', ended(0, { reason: 'Completed' })), '0/1 | Completed | 0'],
    ['an exit code without a reason', status('Failed', ended(3)), '0/1 | ExitCode:3 | 0'],
    ['a signal without a reason', status('Failed', ended(0, { signal: 9 })), '0/1 | Signal:9 | 0'],
    ['the reason of the phase', { phase: 'Failed', reason: 'Evicted' }, '0/1 | Evicted | 0'],
    ['when it restarted', status('Running', restarted), '1/1 | Running | 2 (2m ago)'],
    [
      'what still runs',
      { ...status('Running', ended(0, { reason: 'Completed' }), running), ...ready },
      '1/1 | Running | 0',
    ],
    ['what runs unready', status('Running', ended(0, { reason: 'Completed' }), running), '1/1 | NotReady | 0'],
    [
      'gates',
      { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] },
      '0/1 | SchedulingGated | 0',
    ],
  ])('%s', (_, podStatus, expected) => {
    const pod = { spec: { containers: [{ name: 'c' }] }, status: podStatus };
    expect(cells('v1', 'Pod', pod)).toBe(`n | ${expected} | 5m | <none> | <none> | <none> | <none>`);
  });

  it.each<[string, object[], string]>([
    ['progress', [ended(0), { ...running, name: 'i2', ready: false }], '0/2 | Init:1/2 | 0'],
    ['failure', [ended(1, { reason: 'Error' })], '0/2 | Init:Error | 0'],
    ['an exit code', [ended(5)], '0/2 | Init:ExitCode:5 | 0'],
    ['waiting', [waiting('CrashLoopBackOff')], '0/2 | Init:CrashLoopBackOff | 0'],
    ['no reason of its own', [waiting('PodInitializing')], '0/2 | Init:0/2 | 0'],
    [
      'a started sidecar',
      [ended(0), { ...restarted, name: 'side', started: true }],
      '1/2 | PodInitializing | 2 (2m ago)',
    ],
  ])('init containers: %s', (_, initContainerStatuses, expected) => {
    const spec = {
      containers: [{ name: 'm' }],
      initContainers: [{ name: 'c' }, { name: 'side', restartPolicy: 'Always' }],
    };
    const pod = {
      spec,
      status: { phase: 'Pending', initContainerStatuses, containerStatuses: [waiting('PodInitializing')] },
    };
    expect(cells('v1', 'Pod', pod)).toContain(`n | ${expected} | 5m`);
  });

  it.each([
    [{ phase: 'Running' }, 'Terminating'],
    [{ phase: 'Running', reason: 'NodeLost' }, 'Unknown'],
    [{ phase: 'Succeeded' }, 'Succeeded'],
  ])('one being deleted with %j as %s', (podStatus, text) => {
    const metadata = { deletionTimestamp: '2026-01-01T01:00:10Z' };
    expect(cells('v1', 'Pod', { metadata, spec: { containers: [] }, status: podStatus })).toContain(`0/0 | ${text} |`);
  });

  it('readiness gates, addresses and that it has ended', () => {
    const spec = { containers: [], nodeName: 'node', readinessGates: [{ conditionType: 'a' }, { conditionType: 'b' }] };
    const podStatus = { phase: 'Failed', podIPs: [{ ip: '10.0.0.1' }], conditions: [{ type: 'a', status: 'True' }] };
    const [row] = table('v1', 'Pod', { spec, status: podStatus }).rows;
    expect(row!.cells.slice(5)).toEqual(['10.0.0.1', 'node', '<none>', '1/2']);
    expect(row!.conditions).toEqual([
      { type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' },
    ]);
  });
});

describe('rows of other kinds', () => {
  it.each<[string, string, object, string]>([
    [
      'batch/v1',
      'CronJob',
      { spec: { schedule: '@daily', suspend: false, jobTemplate: { spec: { template } } }, status: { active: [{}] } },
      'n | @daily | <none> | False | 1 | <none> | 5m | c,d | i,j | <none>',
    ],
    ['v1', 'Namespace', { status: { phase: 'Active' } }, 'n | Active | 5m'],
    ['v1', 'ConfigMap', { data: { a: '1' }, binaryData: { b: '' } }, 'n | 2 | 5m'],
    ['v1', 'Secret', { type: 'Opaque' }, 'n | Opaque | 0 | 5m'],
    ['v1', 'ServiceAccount', {}, 'n | 0 | 5m'],
    [
      'v1',
      'Event',
      {
        involvedObject: { kind: 'Job', name: 'j', fieldPath: 'f' },
        type: 'Normal',
        reason: 'R',
        message: ' m\n',
        firstTimestamp: '2026-01-01T00:00:00Z',
        lastTimestamp: '2026-01-01T00:59:00Z',
        count: 3,
        source: { component: 'c', host: 'h' },
      },
      '60s | Normal | R | job/j | f | c, h | m | 60m | 3 | n',
    ],
    [
      'v1',
      'Event',
      {
        involvedObject: { kind: 'Job' },
        eventTime: '2026-01-01T00:00:00.000000Z',
        firstTimestamp: null,
        lastTimestamp: null,
        reportingComponent: 'c',
      },
      '60m |  |  | job |  | c |  | 60m | 1 | n',
    ],
  ])('%s %s %j', (apiVersion, kind, fields, expected) => {
    expect(cells(apiVersion, kind, fields)).toBe(expected);
  });

  it('of a kind without columns say when it was made', () => {
    const object = { metadata: { name: 'n', creationTimestamp: '2026-01-01T00:00:00Z' } } as KubeObject;
    const role = { ...kindOf('v1', 'ConfigMap')!, resource: 'roles' };
    expect(toTable(role, [object], options)).toMatchObject({
      columnDefinitions: [{ name: 'Name' }, { name: 'Created At', type: 'date' }],
      rows: [{ cells: ['n', '2026-01-01T00:00:00Z'] }],
    });
  });
});

describe('a table', () => {
  const fields = { status: { phase: 'Active' } };

  it('has one definition per cell', () => {
    const { columnDefinitions, rows } = table('v1', 'Namespace', fields);
    expect(columnDefinitions).toHaveLength(rows[0]!.cells.length);
  });

  it('leaves the headers out where the client knows them', () => {
    expect(table('v1', 'Namespace', fields, { withHeaders: false }).columnDefinitions).toBeNull();
  });

  it('carries as much of the object as was asked for', () => {
    const object = (includeObject: TableOptions['includeObject']) =>
      table('v1', 'Namespace', fields, { includeObject }).rows[0]!.object;
    expect(object('None')).toBeNull();
    expect(object('Metadata')).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'n' } });
    expect(object('Metadata')).not.toHaveProperty('status');
    expect(object('Object')).toMatchObject({ kind: 'Namespace', ...fields });
  });

  it('refuses an unknown includeObject', () => {
    expect(() => table('v1', 'Namespace', fields, { includeObject: 'All' })).toThrow(
      'Unable to convert to Table as requested: includeObject: Invalid value: "All": must be \'Metadata\'',
    );
  });
});

describe('a duration', () => {
  const s = 1;
  const m = 60;
  const h = 60 * m;
  const d = 24 * h;
  it.each([
    [-2, '<invalid>'],
    [-1, '0s'],
    [0, '0s'],
    [119, '119s'],
    [2 * m, '2m'],
    [9 * m + 59 * s, '9m59s'],
    [10 * m + 59, '10m'],
    [179 * m, '179m'],
    [3 * h, '3h'],
    [7 * h + 59 * m, '7h59m'],
    [8 * h + 59 * m, '8h'],
    [47 * h, '47h'],
    [2 * d, '2d'],
    [7 * d + 23 * h, '7d23h'],
    [8 * d + 5 * h, '8d'],
    [729 * d, '729d'],
    [730 * d, '2y'],
    [731 * d, '2y1d'],
    [8 * 365 * d + 5 * d, '8y'],
  ])('of %d seconds is %s', (seconds, text) => {
    expect(humanDuration(seconds * 1000)).toBe(text);
  });
});

it('writes selectors ordered by key', () => {
  const matchExpressions = [
    { key: 'c', operator: 'In', values: ['y', 'x'] },
    { key: 'a', operator: 'DoesNotExist' },
    { key: 'd', operator: 'Exists' },
  ];
  expect(labelSelectorText({ matchLabels: { b: '1' }, matchExpressions })).toBe('!a,b=1,c in (x,y),d');
  expect(labelSelectorText({})).toBe('<none>');
});
