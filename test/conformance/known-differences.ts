/** Recorded cases that finite does not answer as Kubernetes does, by name, with the reason. */
export const knownDifferences: { readonly [caseName: string]: string } = {
  ...because('server-side apply is not there yet', [
    'apply/again-same',
    'apply/change-own',
    'apply/conflict',
    'apply/conflict-two-fields',
    'apply/conflict-three-managers',
    'apply/remove-owned-default',
    'apply/containers-change-other',
    'apply/env-merge',
    'apply/dup-env',
    'apply/labels-two',
    'apply/finalizers',
    'apply/over-update',
    'apply/over-update-force',
    'apply/managedfields-in-body',
    'apply/no-kind',
    'apply/wrong-kind',
    'apply/name-mismatch',
    'apply/ns-mismatch',
    'apply/unknown-field',
    'apply/unknown-field-ignore',
    'apply/type-error',
    'apply/bad-yaml',
    'apply/yaml',
    'apply/rv-absent-object',
    'apply/empty-manager',
    'apply/long-manager',
    'apply/status',
    'apply/null-values',
    'apply/job-create',
    'apply/job-conflict-status',
    'apply/job-conditions-list',
    'apply/managed-by-update',
    'apply/many-updates-ua',
  ]),
  ...because('a refusal prints the whole object, with the managed fields that come with server-side apply', [
    'patch-json/replace-type',
    'patch-merge/kind',
    'job-status/start-bad',
    'job-status/type',
  ]),
  ...because('roles, role bindings and access reviews are not there yet', [
    'put/absent-role',
    'table/role',
    'discovery/rbac-v1',
    'review/ssar-invalid',
    'role/crud',
    'rolebinding/ref-immutable',
  ]),
  ...because('discovery names only what is served: no attach, exec, port-forward, proxy, eviction, resize, token', [
    'discovery/agg-api',
  ]),
  ...because('revisions are microseconds since 1970, so that this one lies in the past', ['list/rv']),
  ...because(
    'Kubernetes stores a new Job without the labels it answers it with; the first update, though it changes nothing, writes them',
    [
      'job-mutate/running/deadline-null',
      'job-mutate/suspended/deadline-null',
      'job-mutate/running/meta-generation',
      'job-mutate/suspended/status',
    ],
  ),
  ...because('Jobs can be scaled: Kubernetes dropped `kubectl scale job` and people still type it', [
    'scale-subresource',
    'discovery/batch-v1',
  ]),
};

function because(reason: string, caseNames: readonly string[]): { readonly [caseName: string]: string } {
  return Object.fromEntries(caseNames.map((name) => [name, reason]));
}
