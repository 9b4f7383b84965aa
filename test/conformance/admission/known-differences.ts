/** Recorded cases that finite does not answer as Kubernetes does, by name, with the reason. */
export const knownDifferences: { readonly [caseName: string]: string } = {
  ...because('server-side apply is not there yet', [
    'job/absent/apply-create',
    'job/absent/apply-no-manager',
    'job/absent/apply-name-mismatch',
    'job/absent/apply-no-name',
    'job/absent/apply-unknown-field',
  ]),
  ...because('roles and role bindings are not there yet', [
    'other/role-min',
    'other/role-no-verbs',
    'other/role-no-groups',
    'other/role-no-resources',
    'other/role-nonresource',
    'other/role-names',
    'other/role-name-odd',
    'other/rolebinding-no-ref',
    'other/rolebinding-ref-kind',
    'other/rolebinding-ref-noname',
    'other/rolebinding-ref-default-group',
    'other/rolebinding-subject-sa-nons',
    'other/rolebinding-subject-group-bad',
  ]),
  ...because('whole numbers beyond 2^53 become the nearest number JavaScript can hold', ['cronjob/sds-big']),
};

function because(reason: string, caseNames: readonly string[]): { readonly [caseName: string]: string } {
  return Object.fromEntries(caseNames.map((name) => [name, reason]));
}
