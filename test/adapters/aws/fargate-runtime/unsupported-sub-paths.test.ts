import { expect, test } from 'vitest';
import { subPathRefusals } from '../../../../lib/adapters/aws/fargate-runtime/unsupported-sub-paths.js';
import type { VolumeMount } from '../../../../lib/apis/core/v1/pod/containers.js';
import type { Volume } from '../../../../lib/apis/core/v1/pod/volumes.js';
import { makePod } from '../../../support/pods.js';

type Source = Omit<Volume, 'name'>;
type Mount = Partial<VolumeMount>;

/** Of the first container's mounts of one volume; the others are another container's. */
function refusals(source: Source, [first, ...others]: readonly Mount[]): readonly string[] {
  const volumeMounts = (mounts: readonly Mount[]) =>
    mounts.map((mount, index) => ({ name: 'v', mountPath: `/m${index}`, ...mount }));
  const { spec } = makePod([{ volumeMounts: volumeMounts([first!]) }, { volumeMounts: volumeMounts(others) }], {
    volumes: [{ name: 'v', ...source }],
  });
  return subPathRefusals(spec.containers[0]!, 'spec.containers[0]', spec).map(
    ({ field, message }) => `${field}: ${message}`,
  );
}

const items = [{ key: 'k', path: 'conf.d/a.conf' }];

test.each<[string, Source, readonly Mount[]]>([
  ['a folder of an emptyDir', { emptyDir: {} }, [{ subPath: 'cache' }]],
  ['folders side by side', { emptyDir: {} }, [{ subPath: 'a' }, { subPath: 'ab' }, { subPath: 'b/c' }]],
  ['the same folder in two containers', { emptyDir: {} }, [{ subPath: 'a/b' }, { subPath: 'a//b/.' }]],
  ['the whole volume in other words', { emptyDir: {} }, [{ subPath: './' }, { subPath: 'a' }]],
  ['a folder of a ConfigMap', { configMap: { name: 'c', items } }, [{ subPath: 'conf.d' }, {}]],
  ['a folder of a Secret', { secret: { secretName: 's', items } }, [{ subPath: 'conf.d/' }]],
  ['a folder of several', { projected: { sources: [{ secret: { name: 's', items } }] } }, [{ subPath: 'conf.d' }]],
])('is let in: %s', (_, source, mounts) => {
  expect(refusals(source, mounts)).toEqual([]);
});

test.each<[string, Source, readonly Mount[], RegExp]>([
  ['a key of a ConfigMap', { configMap: { name: 'c' } }, [{ subPath: 'k' }], /single files/],
  ['a file of a Secret', { secret: { secretName: 's', items } }, [{ subPath: 'conf.d/a.conf' }], /single files/],
  ['a folder of an emptyDir that is mounted as a whole', { emptyDir: {} }, [{ subPath: 'a' }, {}], /own/],
  ['a folder in another', { emptyDir: {} }, [{ subPath: 'a/b' }, { subPath: 'a' }], /own/],
  ['a folder with another in it', { emptyDir: {} }, [{ subPath: 'a' }, { subPath: 'a/b' }], /own/],
  ['memory', { emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }, [{ subPath: 'a' }], /memory/],
])('is refused: %s', (_, source, mounts, why) => {
  const [refusal, ...more] = refusals(source, mounts);
  expect(more).toEqual([]);
  expect(refusal).toMatch(/^spec\.containers\[0\]\.volumeMounts\[0\]\.subPath: /);
  expect(refusal).toMatch(why);
});
