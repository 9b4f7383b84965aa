import { goQuote } from '../../apis/meta/v1/go-text.js';
import { StatusError } from '../../apis/meta/v1/status-error.js';

/**
 * The revision that an object to be written names in `metadata.resourceVersion`; 0: none.
 * @throws StatusError 500 where it is no 64-bit number, as Kubernetes answers what its storage cannot read
 */
export function givenRevision(text: string | undefined): bigint {
  if (!text) return 0n;
  const problem = revisionProblem(text);
  if (problem === undefined) return BigInt(text);
  throw new StatusError(500, undefined, `strconv.ParseUint: parsing ${goQuote(text)}: ${problem}`);
}

/** Why a text is no revision; undefined: it is one. */
export function revisionProblem(text: string): string | undefined {
  if (!/^\d+$/.test(text)) return 'invalid syntax';
  return BigInt(text) < 2n ** 64n ? undefined : 'value out of range';
}
