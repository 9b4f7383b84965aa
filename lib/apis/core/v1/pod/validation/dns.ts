import { invalidValue, requiredValue, type FieldError } from '../../../../meta/v1/field-error.js';
import { ipProblems } from '../../../../meta/v1/validation/ip.js';
import { dnsSubdomainProblems, underscoreSubdomainProblems } from '../../../../meta/v1/validation/names.js';
import { addInvalid } from '../../../../meta/v1/validation/rules.js';
import { byteLength } from '../../../../meta/v1/go-text.js';
import type { HostAlias, PodSpec } from '../types.js';

/** The limits of the C library's resolver. */
const nameserversMax = 3;
const searchesMax = 32;
const searchCharactersMax = 2048;

export function validateDNSConfig({ dnsConfig, dnsPolicy }: PodSpec, path: string, errors: FieldError[]): void {
  if (dnsPolicy === 'None') {
    const missing =
      dnsConfig === undefined
        ? requiredValue(path, 'must provide `dnsConfig` when `dnsPolicy` is None')
        : requiredValue(`${path}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None');
    if ((dnsConfig?.nameservers ?? []).length === 0) {
      errors.push(missing);
      return;
    }
  }
  const { nameservers = [], searches = [], options = [] } = dnsConfig ?? {};
  if (nameservers.length > nameserversMax) {
    const problem = `must not have more than ${nameserversMax} nameservers`;
    errors.push(invalidValue(`${path}.nameservers`, nameservers, problem));
  }
  nameservers.forEach((server, i) => addInvalid(errors, `${path}.nameservers[${i}]`, server, ipProblems(server)));
  validateSearches(searches, `${path}.searches`, errors);
  options.forEach((option, i) => {
    if (!option.name) errors.push(requiredValue(`${path}.options[${i}]`, 'must not be empty'));
  });
}

function validateSearches(searches: readonly string[], path: string, errors: FieldError[]): void {
  if (searches.length > searchesMax) {
    errors.push(invalidValue(path, searches, `must not have more than ${searchesMax} search paths`));
  }
  if (byteLength(searches.join(' ')) > searchCharactersMax) {
    const problem = `must not have more than ${searchCharactersMax} characters (including spaces) in the search list`;
    errors.push(invalidValue(path, searches, problem));
  }
  searches.forEach((search, i) => {
    if (search === '.') return;
    const domain = search.endsWith('.') ? search.slice(0, -1) : search;
    addInvalid(errors, `${path}[${i}]`, domain, underscoreSubdomainProblems(domain));
  });
}

export function validateHostAliases(aliases: readonly HostAlias[], path: string, errors: FieldError[]): void {
  aliases.forEach(({ ip = '', hostnames = [] }, i) => {
    addInvalid(errors, `${path}[${i}].ip`, ip, ipProblems(ip));
    hostnames.forEach((name, j) => {
      addInvalid(errors, `${path}[${i}].hostnames[${j}]`, name, dnsSubdomainProblems(name));
    });
  });
}
