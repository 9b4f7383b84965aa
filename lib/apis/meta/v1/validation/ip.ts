/** IP addresses as Kubernetes reads them: leniently (leading zeros, IPv4 inside IPv6), then refusing what is ambiguous. */

interface Address {
  /** Sixteen-bit groups: two for IPv4, eight for IPv6. */
  readonly groups: readonly number[];
  readonly leadingZeros: boolean;
}

const wrong = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';

/** What is wrong with an address that is new. */
export function ipProblems(text: string): readonly string[] {
  const address = parse(text);
  if (address === undefined) return [wrong];
  const problems = address.leadingZeros ? ['must not have leading 0s'] : [];
  if (isMapped(address) && !address.leadingZeros) problems.push('must not be an IPv4-mapped IPv6 address');
  return problems;
}

/** 4 or 6; undefined: not an address. */
export function ipFamily(text: string): 4 | 6 | undefined {
  const address = parse(text);
  if (address === undefined) return undefined;
  return address.groups.length === 2 || isMapped(address) ? 4 : 6;
}

/** How an address should be written, if otherwise; only for texts without problems. */
export function preferredIPv6(text: string): string | undefined {
  const address = parse(text);
  if (address === undefined || address.groups.length === 2) return undefined;
  const printed = print(address.groups);
  return printed === text ? undefined : printed;
}

/** An IPv4 address inside IPv6 (`::ffff:10.0.0.1`), or one with leading zeros: other programs may read it otherwise. */
export function isMappedIPv6(text: string): boolean {
  const address = parse(text);
  return address !== undefined && (isMapped(address) || address.leadingZeros);
}

function isMapped({ groups }: Address): boolean {
  return groups.length === 8 && groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
}

function parse(text: string): Address | undefined {
  return text.includes(':') ? parseIPv6(text) : parseIPv4(text);
}

function parseIPv4(text: string): Address | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^\d+$/.test(part) || Number(part) > 255)) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = parts.map(Number);
  const leadingZeros = parts.some((part) => part.length > 1 && part.startsWith('0'));
  return { groups: [a * 256 + b, c * 256 + d], leadingZeros };
}

function parseIPv6(text: string): Address | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [before, after] = halves.map(parseGroups);
  if (before === undefined || (halves.length === 2 && after === undefined)) return undefined;
  const leadingZeros = before.leadingZeros || (after?.leadingZeros ?? false);
  if (after === undefined) return before.groups.length === 8 ? before : undefined;
  const missing = 8 - before.groups.length - after.groups.length;
  if (missing < 1) return undefined;
  return { groups: [...before.groups, ...Array<number>(missing).fill(0), ...after.groups], leadingZeros };
}

function parseGroups(text: string): Address | undefined {
  if (text === '') return { groups: [], leadingZeros: false };
  const parts = text.split(':');
  const last = parts.at(-1) ?? '';
  const tail = last.includes('.') ? parseIPv4(last) : undefined;
  if (last.includes('.') && tail === undefined) return undefined;
  const texts = tail === undefined ? parts : parts.slice(0, -1);
  if (texts.some((part) => !/^[0-9a-fA-F]{1,4}$/.test(part))) return undefined;
  const groups = texts.map((part) => Number.parseInt(part, 16));
  return { groups: [...groups, ...(tail?.groups ?? [])], leadingZeros: tail?.leadingZeros ?? false };
}

/** RFC 5952: the longest run of zero groups, of two or more, is left out. */
function print(groups: readonly number[]): string {
  let [start, length] = [0, 0];
  for (let i = 0; i < groups.length; i++) {
    let end = i;
    while (groups[end] === 0) end += 1;
    if (end - i > length) [start, length] = [i, end - i];
  }
  const texts = groups.map((group) => group.toString(16));
  if (length < 2) return texts.join(':');
  return `${texts.slice(0, start).join(':')}::${texts.slice(start + length).join(':')}`;
}
