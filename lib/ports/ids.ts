/** Kubernetes' alphabet for generated names: no vowels and nothing that looks like one, so that no words come about. */
export const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** Where randomness comes from. */
export interface Ids {
  /** A random (version 4) UUID. */
  uid(): string;
  /** `length` characters of `NAME_ALPHABET`. */
  nameSuffix(length: number): string;
}
