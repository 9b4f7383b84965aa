import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ManifestError, parseManifests, placeOf, readManifests } from '../../bin/run/manifests.js';

const job = 'apiVersion: batch/v1\nkind: Job\nmetadata: {name: NAME}\n';
const named = (name: string): string => job.replace('NAME', name);
const names = (text: string): (string | undefined)[] =>
  parseManifests(text, 'x.yaml').map(({ object }) => object.metadata?.name);

describe('a manifest', () => {
  it('holds any number of YAML documents, empty ones left out', () => {
    expect(names(`---\n${named('a')}---\n---\n${named('b')}...\n`)).toEqual(['a', 'b']);
  });

  it('may be JSON', () => {
    expect(names('{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"a"}}')).toEqual(['a']);
  });

  it('opens lists, also lists in lists', () => {
    const list = (...items: unknown[]): unknown => ({ apiVersion: 'v1', kind: 'List', items });
    const object = (name: string): unknown => ({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name } });
    expect(names(JSON.stringify(list(object('a'), list(object('b')))))).toEqual(['a', 'b']);
  });

  it('reads scalars as YAML 1.1 does, like kubectl', () => {
    const [read] = parseManifests(`${named('a')}spec: {suspend: on}\n`, 'x');
    expect(read!.object['spec']).toEqual({ suspend: true });
  });

  it('says in which document an object stands', () => {
    const [, second] = parseManifests(`${named('a')}---\n${named('b')}`, 'x.yaml');
    expect(second!.origin).toBe('x.yaml, document 2');
  });
});

describe('a manifest that is wrong', () => {
  it.each([
    ['', 'x.yaml: no objects found'],
    ['---\n---\n', 'x.yaml: no objects found'],
    ['just text', 'x.yaml: expected an object with apiVersion and kind'],
    ['- a', 'x.yaml: expected an object with apiVersion and kind'],
    ['kind: Job', 'x.yaml: apiVersion is missing'],
    [`${named('a')}---\napiVersion: v1`, 'x.yaml, document 2: kind is missing'],
    ['{"apiVersion":"v1","kind":"List","items":[{"kind":"Job"}]}', 'x.yaml, items[0]: apiVersion is missing'],
  ])('%j: %s', (text, message) => {
    expect(() => parseManifests(text, 'x.yaml')).toThrow(new ManifestError(message));
  });

  it('names the line of a syntax error and of a key that stands twice', () => {
    expect(() => parseManifests('kind: Job\nmetadata: [\n', 'x.yaml')).toThrow(/^x\.yaml: .* at line 3/);
    expect(() => parseManifests('kind: Job\nkind: Pod\n', 'x.yaml')).toThrow(/^x\.yaml: .*unique at line 2/);
  });

  it('cannot be blown up by aliases', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefghi'.split('').map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefgh'[i]}`).join()}]`),
    ];
    expect(() => parseManifests(bomb.join('\n'), 'x.yaml')).toThrow(/alias/);
  });

  it('is said to be absent, or a folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'finite-test-'));
    await expect(readManifests(join(folder, 'none.yaml'))).rejects.toThrow('none.yaml: no such file');
    await expect(readManifests(folder)).rejects.toThrow('is a folder; name a file');
    writeFileSync(join(folder, 'a.yaml'), named('a'));
    expect(await readManifests(join(folder, 'a.yaml'))).toHaveLength(1);
  });
});

describe('the place of a field', () => {
  const text = `# two Jobs
apiVersion: batch/v1
kind: Job
metadata: {name: a}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: b
  labels:
    example.com/x: "no"
spec:
  completions: two
  template:
    spec:
      containers:
      - name: m
        image: x
        imagePulPolicy: Never
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Pod}
- apiVersion: v1
  kind: Pod
  spec: &same {nodeName: a}
- {apiVersion: v1, kind: Pod, metadata: {}, spec: *same}
`;
  const [first, second, , item, aliased] = parseManifests(text, 'x.yaml');

  it.each([
    [second, 'spec.completions', 'x.yaml, document 2, line 13'],
    [second, 'spec.template.spec.containers[0].imagePulPolicy', 'x.yaml, document 2, line 19'],
    // As Go names the place of a wrong type.
    [second, 'spec.template.spec.containers.image', 'x.yaml, document 2, line 18'],
    [second, 'metadata.labels[example.com/x]', 'x.yaml, document 2, line 11'],
    [second, 'spec.template.spec.restartPolicy', 'x.yaml, document 2, line 15'],
    [second, 'spec.template.spec.containers[7].image', 'x.yaml, document 2, line 16'],
    [first, '', 'x.yaml, document 1, line 2'],
    [item, 'kind', 'x.yaml, document 3, items[1], line 26'],
    [aliased, 'spec.nodeName', 'x.yaml, document 3, items[2], line 27'],
  ])('%#: %s of a manifest is told as %s', (manifest, field, place) => {
    expect(placeOf(manifest!, field)).toBe(place);
  });
});
