/**
 * The forms that names, labels and keys may have (`k8s.io/apimachinery/pkg/util/validation`). Each check returns what
 * is wrong, in Kubernetes' words: nothing for a good value.
 */
import { byteLength } from '../go-text.js';

const labelForm = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomainForm = `${labelForm}(\\.${labelForm})*`;
const underscoreLabelForm = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const underscoreSubdomainForm = `${underscoreLabelForm}(\\.${underscoreLabelForm})*`;
const labelKeyForm = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelValueForm = `(${labelKeyForm})?`;
const configMapKeyForm = '[-._a-zA-Z0-9]+';
const headerNameForm = '[-A-Za-z0-9]+';
const pathForm = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";

const label = whole(labelForm);
const subdomain = whole(subdomainForm);
const underscoreSubdomain = whole(underscoreSubdomainForm);
const labelKey = whole(labelKeyForm);
const labelValue = whole(labelValueForm);
const configMapKey = whole(configMapKeyForm);
const headerName = whole(headerNameForm);
const path = whole(pathForm);

export const LABEL_MAX = 63;
export const SUBDOMAIN_MAX = 253;

/** What is wrong with a name; `isPrefix`: something will be appended to it, so that it may end with a dash. */
export type NameRule = (name: string, isPrefix?: boolean) => readonly string[];

function whole(form: string): RegExp {
  return new RegExp(`^${form}$`);
}

function formMessage(what: string, form: string, ...examples: readonly string[]): string {
  const shown = examples.length === 0 ? '' : `e.g. ${examples.map((example) => `'${example}', `).join(' or ')}`;
  return `${what} (${shown}regex used for validation is '${form}')`;
}

const labelMessage = formMessage(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  labelForm,
  'my-name',
  '123-abc',
);
const subdomainMessage = formMessage(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  subdomainForm,
  'example.com',
);
const underscoreSubdomainMessage = formMessage(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
  underscoreSubdomainForm,
  'example.com',
);
const labelKeyMessage = formMessage(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  labelKeyForm,
  'MyName',
  'my.name',
  '123-abc',
);
const labelValueMessage = formMessage(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  labelValueForm,
  'MyValue',
  'my_value',
  '12345',
);
const configMapKeyMessage = formMessage(
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  configMapKeyForm,
  'key.name',
  'KEY_NAME',
  'key-name',
);
const headerNameMessage = formMessage(
  "a valid HTTP header must consist of alphanumeric characters or '-'",
  headerNameForm,
  'X-Header-Name',
);
/** The path behind a domain (`example.com/path`), as in `managedBy`. */
export const pathMessage = formMessage('Invalid path', pathForm);

const nothing: readonly string[] = [];

function tooLong(max: number): string {
  return `must be no more than ${max} characters`;
}

/** A DNS label (RFC 1123): at most 63 lower-case letters, digits and dashes. */
export function dnsLabelProblems(value: string): readonly string[] {
  const problems = byteLength(value) > LABEL_MAX ? [tooLong(LABEL_MAX)] : [];
  if (!label.test(value)) problems.push(subdomain.test(value) ? 'must not contain dots' : labelMessage);
  return problems;
}

/** DNS labels joined by dots, at most 253 characters. */
export function dnsSubdomainProblems(value: string): readonly string[] {
  if (value.length <= SUBDOMAIN_MAX && subdomain.test(value)) return nothing;
  const problems = byteLength(value) > SUBDOMAIN_MAX ? [tooLong(SUBDOMAIN_MAX)] : [];
  if (!subdomain.test(value)) problems.push(subdomainMessage);
  return problems;
}

export function underscoreSubdomainProblems(value: string): readonly string[] {
  const problems = byteLength(value) > SUBDOMAIN_MAX ? [tooLong(SUBDOMAIN_MAX)] : [];
  if (!underscoreSubdomain.test(value)) problems.push(underscoreSubdomainMessage);
  return problems;
}

/** The names of most objects. */
export const subdomainName: NameRule = (name, isPrefix = false) =>
  dnsSubdomainProblems(isPrefix ? withoutTrailingDash(name) : name);

/** The names of namespaces. */
export const labelName: NameRule = (name, isPrefix = false) =>
  dnsLabelProblems(isPrefix ? withoutTrailingDash(name) : name);

/** A name that may be anything which fits into a path. */
export const pathSegmentName: NameRule = (name) => {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%'].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`);
};

function withoutTrailingDash(prefix: string): string {
  return prefix.length > 1 && prefix.endsWith('-') ? `${prefix.slice(0, -2)}a` : prefix;
}

/** A label's key, a finalizer, a condition type: `name` or `domain/name`. */
export function qualifiedNameProblems(value: string): readonly string[] {
  const parts = value.split('/');
  if (parts.length > 2) {
    return [
      `a valid label key ${labelKeyMessage} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const name = parts.at(-1) ?? '';
  if (parts.length === 1 && name.length <= LABEL_MAX && labelKey.test(name)) return nothing;
  const problems = parts.length === 2 ? prefixProblems(parts[0] ?? '') : [];
  if (name === '') problems.push('name part must be non-empty');
  else if (byteLength(name) > LABEL_MAX) problems.push(`name part must be no more than ${LABEL_MAX} bytes`);
  if (!labelKey.test(name)) problems.push(`name part ${labelKeyMessage}`);
  return problems;
}

function prefixProblems(prefix: string): string[] {
  if (prefix === '') return ['prefix part must be non-empty'];
  const problems = [];
  if (byteLength(prefix) > SUBDOMAIN_MAX) problems.push(`prefix part must be no more than ${SUBDOMAIN_MAX} bytes`);
  if (!subdomain.test(prefix)) problems.push(`prefix part ${subdomainMessage}`);
  return problems;
}

export function labelValueProblems(value: string): readonly string[] {
  if (value.length <= LABEL_MAX && labelValue.test(value)) return nothing;
  const problems = byteLength(value) > LABEL_MAX ? [`must be no more than ${LABEL_MAX} bytes`] : [];
  if (!labelValue.test(value)) problems.push(labelValueMessage);
  return problems;
}

/** The name of a container's port: an IANA service name. */
export function portNameProblems(name: string): readonly string[] {
  const problems = byteLength(name) > 15 ? [tooLong(15)] : [];
  if (!/^[-a-z0-9]+$/.test(name)) {
    problems.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/.test(name)) problems.push('must contain at least one letter (a-z)');
  if (name.includes('--')) problems.push('must not contain consecutive hyphens');
  if (name.startsWith('-') || name.endsWith('-')) problems.push('must not begin or end with a hyphen');
  return problems;
}

export function portNumberProblems(port: number): readonly string[] {
  return port >= 1 && port <= 65_535 ? nothing : [inclusiveRange(1, 65_535)];
}

export function inclusiveRange(low: number, high: number): string {
  return `must be between ${low} and ${high}, inclusive`;
}

/** Users and groups: 0 to 2^31 - 1. */
export function idProblems(id: number): readonly string[] {
  return id >= 0 && id <= 2_147_483_647 ? nothing : [inclusiveRange(0, 2_147_483_647)];
}

export function environmentNameProblems(name: string): readonly string[] {
  const problems = name === '' ? ['environment variable name must be non-empty'] : [];
  if (!/^[ -<>-~]*$/.test(name)) {
    problems.push("a valid environment variable name must consist only of printable ASCII characters other than '='");
  }
  return problems;
}

/** A key of a ConfigMap or Secret: also a file's name. */
export function configMapKeyProblems(key: string): readonly string[] {
  const problems = byteLength(key) > SUBDOMAIN_MAX ? [tooLong(SUBDOMAIN_MAX)] : [];
  if (!configMapKey.test(key)) problems.push(configMapKeyMessage);
  if (key === '.') problems.push("must not be '.'");
  else if (key === '..') problems.push("must not be '..'");
  else if (key.startsWith('..')) problems.push("must not start with '..'");
  return problems;
}

export function headerNameProblems(name: string): readonly string[] {
  return headerName.test(name) ? nothing : [headerNameMessage];
}

export function isUrlPath(text: string): boolean {
  return path.test(text);
}
