import { describe, expect, it } from 'vitest';
import type { Container } from '../../../../lib/apis/core/v1/pod/containers.js';
import { resolveInputs } from '../../../../lib/controllers/pod/inputs/resolve-inputs.js';
import { facts, inputsOf, objects, podWith, problemOf } from './resolved-pods.js';

function envOf(container: Partial<Container>): Record<string, string> {
  return Object.fromEntries(inputsOf(podWith(container)).env.map(({ name, value }) => [name, value]));
}

describe('environment', () => {
  it('lets env replace envFrom and a later envFrom an earlier one', () => {
    const env = envOf({
      envFrom: [{ configMapRef: { name: 'settings' } }, { prefix: 'S_', secretRef: { name: 'login' } }],
      env: [{ name: 'S_user', value: 'somebody' }],
    });
    expect(env).toEqual({ colour: 'blue', raw: undefined, S_user: 'somebody', S_password: 'pässword🔑' });
  });

  it('skips keys of envFrom that cannot be variable names and says so', () => {
    const { events } = inputsOf(podWith({ envFrom: [{ configMapRef: { name: 'settings' } }] }));
    expect(events).toEqual([
      {
        type: 'Warning',
        reason: 'InvalidEnvironmentVariableNames',
        message:
          'Keys [a=b, größe] from the EnvFrom configMap math/settings were skipped since they are considered invalid environment variable names.',
      },
    ]);
  });

  it.each([
    ['$(A)', '1'],
    ['$(A)-$(B)', '1-$(B)'],
    ['$$(A)', '$(A)'],
    ['$$$(A)', '$1'],
    ['$$$$(A)', '$$(A)'],
    ['$(A', '$(A'],
    ['$A $ $', '$A $ $'],
    ['$()', '$()'],
    ['$(A$(A))', '$(A$(A))'],
  ])('expands %s to %s in values, command and args', (text, expected) => {
    const inputs = inputsOf(
      podWith({
        env: [
          { name: 'A', value: '1' },
          { name: 'X', value: text },
          { name: 'B', value: 'set too late' },
        ].filter(({ name }) => name !== 'B' || !text.includes('B')),
        command: [text],
        args: [text],
      }),
    );
    expect(inputs.env.find(({ name }) => name === 'X')?.value).toBe(expected);
    expect(inputs.command).toEqual([expected]);
    expect(inputs.args).toEqual([expected]);
  });

  it('sees in a value only the variables set before it, in the command all of them', () => {
    const inputs = inputsOf(
      podWith({
        env: [
          { name: 'FIRST', value: '$(SECOND)' },
          { name: 'SECOND', value: 'two' },
        ],
        command: ['$(FIRST)', '$(SECOND)'],
      }),
    );
    expect(inputs.env[0]?.value).toBe('$(SECOND)');
    expect(inputs.command).toEqual(['$(SECOND)', 'two']);
  });

  it.each([
    ['metadata.name', 'pi-abc'],
    ['metadata.namespace', 'math'],
    ['metadata.uid', 'uid-1'],
    ["metadata.labels['app']", 'pi'],
    ["metadata.labels['absent']", ''],
    ["metadata.annotations['note']", 'two\nlines "quoted"'],
    ['spec.nodeName', 'node-1'],
    ['spec.serviceAccountName', ''],
    ['status.hostIP', '10.0.0.1'],
    ['status.podIP', '10.88.0.7'],
    ['status.podIPs', '10.88.0.7'],
  ])('reads the field %s', (fieldPath, expected) => {
    expect(envOf({ env: [{ name: 'X', valueFrom: { fieldRef: { fieldPath } } }] })).toEqual({ X: expected });
  });

  it.each([
    ['limits.cpu', undefined, '1'],
    ['limits.cpu', '1m', '250'],
    ['requests.cpu', '10m', '10'],
    ['limits.memory', undefined, '67108864'],
    ['limits.memory', '1Mi', '64'],
    ['limits.memory', '1Gi', '1'],
    ['limits.memory', '0', '67108864'],
    ['requests.memory', '1k', '0'],
  ])('reads the resource %s with divisor %s as %s', (resource, divisor, expected) => {
    const env = envOf({
      resources: { limits: { cpu: '250m', memory: '64Mi' }, requests: { cpu: '0.1' } },
      env: [{ name: 'X', valueFrom: { resourceFieldRef: { resource, divisor } } }],
    });
    expect(env).toEqual({ X: expected });
  });

  it('reads what the node can give where no limit is set', () => {
    const valueFrom = { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } };
    expect(envOf({ env: [{ name: 'X', valueFrom }] })).toEqual({ X: '4096' });
  });

  it.each<[string, Partial<Container>, string]>([
    ['a ConfigMap of envFrom', { envFrom: [{ configMapRef: { name: 'x' } }] }, 'configmap "x" not found'],
    ['a Secret of envFrom', { envFrom: [{ secretRef: { name: 'x' } }] }, 'secret "x" not found'],
    [
      'a ConfigMap',
      { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'x', key: 'a' } } }] },
      'configmap "x" not found',
    ],
    [
      "a ConfigMap's key",
      { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'a' } } }] },
      "couldn't find key a in ConfigMap math/settings",
    ],
    [
      "a Secret's key",
      { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'login', key: 'a' } } }] },
      "couldn't find key a in Secret math/login",
    ],
  ])('holds the container up while %s is missing', (_, container, message) => {
    expect(problemOf(podWith(container))).toEqual({
      reason: 'CreateContainerConfigError',
      message,
      event: { type: 'Warning', reason: 'Failed', message: `Error: ${message}` },
    });
  });

  it('leaves out what is optional and missing, keeping what envFrom set', () => {
    const env = envOf({
      envFrom: [{ configMapRef: { name: 'x', optional: true } }, { configMapRef: { name: 'settings' } }],
      env: [
        { name: 'colour', valueFrom: { configMapKeyRef: { name: 'x', key: 'a', optional: true } } },
        { name: 'B', valueFrom: { secretKeyRef: { name: 'login', key: 'a', optional: true } } },
        { name: 'EMPTY' },
      ],
    });
    expect(env).toEqual({ colour: 'blue', EMPTY: '' });
  });

  it("keeps one container's problem from the others", () => {
    const init = { name: 'init', image: 'busybox', envFrom: [{ secretRef: { name: 'later' } }] };
    const resolved = resolveInputs(podWith({}, { initContainers: [init] }), objects, facts);
    expect(resolved.problem).toBeUndefined();
    expect(!resolved.problem && resolved.containers['init']?.problem?.message).toBe('secret "later" not found');
    expect(!resolved.problem && resolved.containers['main']?.problem).toBeUndefined();
  });
});
