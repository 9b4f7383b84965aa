import { describe, expect, it } from 'vitest';
import { kindOf } from '../../../lib/apis/kinds.js';
import { parseFieldSelector } from '../../../lib/apiserver/selectors/field-selector.js';
import type { KubeObject } from '../../../lib/apis/meta/v1/object.js';

function matches(apiVersion: string, kind: string, selector: string, fields: object): boolean {
  const object = { metadata: { name: 'n', namespace: 'ns' }, ...fields } as unknown as KubeObject;
  return parseFieldSelector(kindOf(apiVersion, kind)!, selector)?.matches(object) ?? true;
}

describe('a field selector', () => {
  it.each([
    ['v1', 'ConfigMap', 'metadata.name=n', {}, true],
    ['v1', 'ConfigMap', 'metadata.name==x', {}, false],
    ['v1', 'ConfigMap', 'metadata.name!=x,metadata.namespace=ns', {}, true],
    ['v1', 'ConfigMap', '', {}, true],
    ['v1', 'ConfigMap', 'metadata.name=n,', {}, true],
    ['v1', 'ConfigMap', 'metadata.name=a\\,b', { metadata: { name: 'a,b' } }, true],
    ['batch/v1', 'Job', 'status.successful=0', { status: {} }, true],
    ['batch/v1', 'Job', 'status.successful=2', { status: { succeeded: 2 } }, true],
    ['v1', 'Pod', 'spec.nodeName=', { spec: {}, status: {} }, true],
    ['v1', 'Pod', 'spec.host=h', { spec: { nodeName: 'h' }, status: {} }, true],
    ['v1', 'Pod', 'status.phase!=Running', { spec: {}, status: { phase: 'Running' } }, false],
    ['v1', 'Pod', 'spec.hostNetwork=true', { spec: { hostNetwork: true }, status: {} }, true],
    ['v1', 'Event', 'involvedObject.kind=Job,reason=R', { involvedObject: { kind: 'Job' }, reason: 'R' }, true],
    ['v1', 'Event', 'source=c', { involvedObject: {}, source: {}, reportingComponent: 'c' }, true],
    ['v1', 'Secret', 'type=Opaque', { type: 'Opaque' }, true],
    ['v1', 'Namespace', 'status.phase=Active', { status: { phase: 'Active' } }, true],
  ])('%s %s %s on %j: %s', (apiVersion, kind, selector, fields, expected) => {
    expect(matches(apiVersion, kind, selector, fields)).toBe(expected);
  });

  it('tells the one name it can match', () => {
    const configMap = kindOf('v1', 'ConfigMap')!;
    expect(parseFieldSelector(configMap, 'metadata.namespace=x,metadata.name=n')?.name).toBe('n');
    expect(parseFieldSelector(configMap, 'metadata.name!=n')?.name).toBeUndefined();
  });

  it.each([
    [
      'CronJob',
      'spec.schedule=x',
      '"spec.schedule" is not a known field selector: only "metadata.name", "metadata.namespace"',
    ],
    ['Job', 'status.failed=1', 'field label "status.failed" not supported for Job'],
    ['Job', 'constructor=1', 'field label "constructor" not supported for Job'],
    ['Job', 'x', "invalid selector: 'x'; can't understand 'x'"],
    ['Job', 'metadata.name=a=b', 'invalid field selector: unescaped character in value: 61'],
    ['Job', 'metadata.name=a\\b', 'invalid field selector: invalid escape sequence: \\b'],
    ['Job', 'metadata.name=a\\', 'invalid field selector: invalid escape sequence: \\'],
  ])('of %ss is refused: %s', (kind, selector, message) => {
    const refused = (): unknown => parseFieldSelector(kindOf('batch/v1', kind)!, selector);
    expect(refused).toThrow(expect.objectContaining({ message, code: 400 }));
  });

  it.each([
    ['Pod', 'spec.image=x', 'field label not supported: spec.image'],
    ['Namespace', 'metadata.namespace=x', 'field label not supported: metadata.namespace'],
  ])('of %ss is refused: %s', (kind, selector, message) => {
    expect(() => parseFieldSelector(kindOf('v1', kind)!, selector)).toThrow(message);
  });
});
