import { invalidValue, type FieldError } from '../../../../meta/v1/field-error.js';
import { byteLength } from '../../../../meta/v1/go-text.js';
import { dnsSubdomainProblems } from '../../../../meta/v1/validation/names.js';
import { addInvalid } from '../../../../meta/v1/validation/rules.js';
import type { WindowsSecurityContextOptions } from '../security.js';

const credentialSpecMax = 64 * 1024;
const domainMax = 256;
const userMax = 104;
const netBiosDomain = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const dnsLabel = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
const dnsDomain = new RegExp(`^${dnsLabel}(?:\\.${dnsLabel})*$`);

export function validateWindowsOptions(
  options: WindowsSecurityContextOptions | undefined,
  path: string,
  errors: FieldError[],
): void {
  if (options === undefined) return;
  const { gmsaCredentialSpecName: specName, gmsaCredentialSpec: spec, runAsUserName: user } = options;
  if (specName !== undefined) {
    addInvalid(errors, `${path}.gmsaCredentialSpecName`, specName, dnsSubdomainProblems(specName));
  }
  if (spec === '') {
    errors.push(invalidValue(`${path}.gmsaCredentialSpec`, spec, 'gmsaCredentialSpec cannot be an empty string'));
  } else if (spec !== undefined && byteLength(spec) > credentialSpecMax) {
    errors.push(invalidValue(`${path}.gmsaCredentialSpec`, spec, 'gmsaCredentialSpec size must be under 64 KiB'));
  }
  if (user !== undefined) addInvalid(errors, `${path}.runAsUserName`, user, userProblems(user));
}

/** `USER` or `DOMAIN\USER`. */
function userProblems(name: string): string[] {
  if (name === '') return ['runAsUserName cannot be an empty string'];
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(name)) return ['runAsUserName cannot contain control characters'];
  const parts = name.split('\\');
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash'];
  const user = parts.at(-1) ?? '';
  const domain = parts.length === 2 ? (parts[0] ?? '') : undefined;
  const problems = domain === undefined ? [] : domainProblems(domain);
  if (user === '') problems.push("runAsUserName's User cannot be empty");
  else if (byteLength(user) > userMax) {
    problems.push(`runAsUserName's User length must not be longer than ${userMax} characters`);
  }
  if (/^[. ]+$/.test(user)) problems.push("runAsUserName's User cannot contain only periods or spaces");
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) {
    problems.push(`runAsUserName's User cannot contain the following characters: "/\\:;|=,+*?<>@[]`);
  }
  return problems;
}

function domainProblems(domain: string): string[] {
  const problems = [];
  if (byteLength(domain) >= domainMax) {
    problems.push(`runAsUserName's Domain length must be under ${domainMax} characters`);
  }
  if (!netBiosDomain.test(domain) && !dnsDomain.test(domain)) {
    problems.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
  }
  return problems;
}
