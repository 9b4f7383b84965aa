/** A parameter of an operation, in its path or its query. */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly type: 'string' | 'integer' | 'boolean';
  readonly description: string;
}

function query(name: string, type: Parameter['type'], description: string): Parameter {
  return { name, in: 'query', type, description };
}

const path: Readonly<Record<string, Parameter>> = {
  name: { name: 'name', in: 'path', type: 'string', description: "The object's name." },
  namespace: { name: 'namespace', in: 'path', type: 'string', description: "The object's namespace." },
};

const pretty = query('pretty', 'string', 'With `true` the answer is indented.');
const dryRun = query('dryRun', 'string', 'With `All` everything is checked and nothing is changed.');

const written = [
  dryRun,
  query('fieldManager', 'string', 'Who sets the fields, for server-side apply.'),
  // Clients look for this parameter at patch to learn whether the server can check fields in their place.
  query('fieldValidation', 'string', 'What unknown and duplicate fields lead to: Ignore, Warn or Strict.'),
];
const force = query('force', 'boolean', 'Whether applying takes fields from other managers; only for apply patches.');

const selected = [
  query('continue', 'string', 'Where the page begins, as the page before said.'),
  query('fieldSelector', 'string', 'Which objects, by their fields.'),
  query('labelSelector', 'string', 'Which objects, by their labels.'),
  query('limit', 'integer', 'How many objects a page may have.'),
  query('resourceVersion', 'string', 'From which version on.'),
  query('resourceVersionMatch', 'string', 'Whether that version is meant exactly (Exact) or at least (NotOlderThan).'),
  query('sendInitialEvents', 'boolean', 'Whether a watch begins with all objects there are.'),
  query('timeoutSeconds', 'integer', 'After how many seconds the request ends.'),
];
const watched = [
  query('allowWatchBookmarks', 'boolean', 'Whether a watch may tell how far it has come.'),
  query('watch', 'boolean', 'Whether to tell of changes instead of listing.'),
];

const deleted = [
  dryRun,
  query('gracePeriodSeconds', 'integer', 'How many seconds the object has to end in order.'),
  query('orphanDependents', 'boolean', 'The older form of `propagationPolicy`.'),
  query('propagationPolicy', 'string', 'What becomes of dependents: Orphan, Background or Foreground.'),
];

const log = [
  query('container', 'string', 'Whose log; may be left out for a pod with one container.'),
  query('follow', 'boolean', 'Whether to go on as the log grows.'),
  query('limitBytes', 'integer', 'How many bytes at most.'),
  query('previous', 'boolean', 'Whether the log before the last restart is meant.'),
  query('sinceSeconds', 'integer', 'How many seconds back the log begins.'),
  query('tailLines', 'integer', 'How many lines from the end.'),
  query('timestamps', 'boolean', 'Whether each line begins with its time.'),
];

const ticks = [
  query('next', 'integer', 'How many of the ticks to come.'),
  query('past', 'integer', 'How many of the past ticks, the newest.'),
];

const bySubresource: Readonly<Record<string, readonly Parameter[]>> = { log, ticks };

const byAction: Readonly<Record<string, readonly Parameter[]>> = {
  list: [...selected, ...watched],
  post: written,
  put: written,
  patch: [...written, force],
  delete: deleted,
  deletecollection: [...selected, ...deleted],
};

export function parametersOf(action: string, template: string, subresource: string): readonly Parameter[] {
  const inPath = [...template.matchAll(/\{(\w+)\}/g)].map((match) => path[match[1]!]!);
  const own = bySubresource[subresource] ?? byAction[action] ?? [];
  return [...inPath, ...own, pretty].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
