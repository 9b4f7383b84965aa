import type { Pod } from '../../../apis/core/v1/pod/types.js';
import { goQuote } from '../../../apis/meta/v1/go-text.js';
import { UnresolvedInput, type PodFacts } from './types.js';

const fields: Readonly<Record<string, (pod: Pod, facts: PodFacts) => string>> = {
  'metadata.name': (pod) => pod.metadata.name,
  'metadata.namespace': (pod) => pod.metadata.namespace ?? '',
  'metadata.uid': (pod) => pod.metadata.uid,
  'metadata.labels': (pod) => formatMap(pod.metadata.labels ?? {}),
  'metadata.annotations': (pod) => formatMap(pod.metadata.annotations ?? {}),
  'spec.nodeName': (pod, facts) => pod.spec.nodeName ?? facts.nodeName,
  'spec.serviceAccountName': (pod) => pod.spec.serviceAccountName ?? '',
  'status.hostIP': (_, facts) => facts.hostIP,
  'status.hostIPs': (_, facts) => facts.hostIP,
  'status.podIP': (_, facts) => facts.podIP,
  'status.podIPs': (_, facts) => facts.podIP,
};

const subscript = /^metadata\.(labels|annotations)\['(.*)'\]$/;

/** The value of a `fieldRef`: the pod's own fields and those that are known only where it runs. */
export function fieldValue(fieldPath: string, pod: Pod, facts: PodFacts): string {
  const parts = subscript.exec(fieldPath);
  if (parts !== null) return pod.metadata[parts[1] as 'labels' | 'annotations']?.[parts[2]!] ?? '';
  const read = fields[fieldPath];
  if (read === undefined) throw new UnresolvedInput(`unsupported fieldPath: ${fieldPath}`);
  return read(pod, facts);
}

/** One `key="value"` line per entry, sorted by key, without a last line end; readers unquote the values. */
function formatMap(map: Readonly<Record<string, string>>): string {
  return Object.keys(map)
    .sort()
    .map((key) => `${key}=${goQuote(map[key]!)}`)
    .join('\n');
}
