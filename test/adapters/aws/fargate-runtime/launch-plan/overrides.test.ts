import { describe, expect, it, test } from 'vitest';
import { OVERRIDES_MAX, UnfitForTask } from '../../../../../lib/adapters/aws/fargate-runtime/launch-plan.js';
import type { Container } from '../../../../../lib/apis/core/v1/pod/containers.js';
import { makePod } from '../../../../support/pods.js';
import { definitionOf, fieldRef, fileOf, overrideOf, plan, startPod } from './starts.js';

describe("what is a pod's own", () => {
  it('is in the overrides, with its name', () => {
    const made = plan(
      startPod([{ env: [fieldRef('POD', 'metadata.name'), { name: 'HELLO', value: 'hello $(POD)' }] }]),
    );
    expect(overrideOf(made, 'main')!.environment).toEqual([
      { name: 'FINITE_POD', value: 'default/pi-abcde' },
      { name: 'POD', value: 'pi-abcde' },
      { name: 'HELLO', value: 'hello pi-abcde' },
    ]);
    expect(definitionOf(made, 'main').environment).toBeUndefined();
  });

  it.each<[string, Partial<Container>, object, readonly string[] | undefined]>([
    ['nothing said', {}, {}, undefined],
    ['arguments', { args: ['a'] }, { command: ['a'] }, undefined],
    ['arguments of its own', { args: ['a', '$(POD)'] }, {}, ['a', 'pi-abcde']],
    ['a command', { command: ['c', 'd'] }, { entryPoint: ['c', 'd'] }, undefined],
    ['both', { command: ['c'], args: ['a'] }, { entryPoint: ['c'], command: ['a'] }, undefined],
    [
      'a word of the command',
      { command: ['c', '$(POD)', 'd'], args: ['a'] },
      { entryPoint: ['c'] },
      ['pi-abcde', 'd', 'a'],
    ],
    ['a word of the arguments', { command: ['c', 'd'], args: ['$(POD)'] }, { entryPoint: ['c', 'd'] }, ['pi-abcde']],
    [
      'the program itself',
      { command: ['$(POD)', 'd'], args: ['a'] },
      { entryPoint: ['pi-abcde'], command: ['d', 'a'] },
      undefined,
    ],
  ])('in the words of a program: %s', (_, container, definition, override) => {
    const made = plan(startPod([{ env: [fieldRef('POD', 'metadata.name')], ...container }]));
    const { entryPoint, command } = definitionOf(made, 'main');
    expect({ ...(entryPoint && { entryPoint }), ...(command && { command }) }).toEqual(definition);
    expect(overrideOf(made, 'main')!.command).toEqual(override);
  });

  it('goes into a file when the overrides grow too long', () => {
    const long = 'x'.repeat(5000);
    const env = [
      fieldRef('POD', 'metadata.name'),
      { name: 'A', value: `$(POD)${long}` },
      { name: 'B', value: `$(POD)${long}` },
    ];
    const made = plan(startPod([{ env }]));
    expect(JSON.stringify(made.overrides).length).toBeLessThanOrEqual(OVERRIDES_MAX);
    expect(fileOf(made, overrideOf(made, 'main'))).toBe(`POD=pi-abcde\nA=pi-abcde${long}\nB=pi-abcde${long}\n`);
  });

  it('makes a definition of its own where its arguments are too long for anything else', () => {
    const env = [fieldRef('POD', 'metadata.name')];
    const made = plan(startPod([{ env, args: [`$(POD)${'x'.repeat(9000)}`] }]));
    expect(definitionOf(made, 'main').command).toEqual([`pi-abcde${'x'.repeat(9000)}`]);
    expect(overrideOf(made, 'main')!.command).toBeUndefined();
  });

  it('is refused where nothing holds it', () => {
    expect(() => plan(startPod([{ args: ['x'.repeat(70_000)] }]))).toThrow(UnfitForTask);
  });

  it('is the role of its ServiceAccount', () => {
    const role = 'arn:aws:iam::1:role/mine';
    const made = plan(startPod([{}], {}, { serviceAccountAnnotations: { 'eks.amazonaws.com/role-arn': role } }));
    expect(made.overrides.taskRoleArn).toBe(role);
  });
});

test('names of pods as long as they may be still fit', () => {
  const pod = makePod();
  const long = { ...pod, metadata: { ...pod.metadata, namespace: 'n'.repeat(63), name: 'p'.repeat(253) } };
  const made = plan(startPod([], {}, {}, long));
  expect(overrideOf(made, 'main')!.environment![0]!.value).toHaveLength(317);
});
