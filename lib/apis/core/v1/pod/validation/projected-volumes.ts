import { forbiddenValue, invalidValue, requiredValue, type FieldError } from '../../../../meta/v1/field-error.js';
import type { ProjectedVolumeSource, ServiceAccountTokenProjection, VolumeProjection } from '../volumes.js';
import { validateDownwardAPIFile, validateKeyToPath } from './local-volumes.js';
import type { PodOptions } from './options.js';
import { validateFileMode, validateLocalPath } from './paths.js';

const tokenSecondsMin = 10 * 60;
const tokenSecondsMax = 2 ** 32;

/** Each file of a projected volume has a path of its own, whatever source it comes from. */
class TakenPaths {
  readonly #paths = new Set<string>();
  readonly #errors: FieldError[];
  readonly #volumePath: string;

  constructor(volumePath: string, errors: FieldError[]) {
    this.#volumePath = volumePath;
    this.#errors = errors;
  }

  /** `named`: what the message names. */
  take(path: string | undefined, named: string): void {
    if (!path) return;
    if (this.#paths.has(path)) {
      this.#errors.push(invalidValue(this.#volumePath, named, 'conflicting duplicate paths'));
    }
    this.#paths.add(path);
  }
}

export function validateProjected(
  volume: ProjectedVolumeSource,
  path: string,
  errors: FieldError[],
  options: PodOptions,
): void {
  validateFileMode(volume.defaultMode, `${path}.defaultMode`, errors);
  const taken = new TakenPaths(path, errors);
  volume.sources?.forEach((source, i) => {
    const at = `${path}.sources[${i}]`;
    validateKeys(source, 'secret', at, errors, taken);
    validateKeys(source, 'configMap', at, errors, taken);
    for (const file of source.downwardAPI?.items ?? []) {
      validateDownwardAPIFile(file, `${at}.downwardAPI`, errors);
      taken.take(file.path, file.path);
    }
    if (source.serviceAccountToken !== undefined) validateToken(source.serviceAccountToken, path, at, errors, options);
    const kinds = [source.secret, source.configMap, source.downwardAPI, source.serviceAccountToken];
    if (kinds.filter((kind) => kind !== undefined).length > 1) {
      errors.push(forbiddenValue(at, 'may not specify more than 1 volume type per source'));
    }
  });
}

function validateKeys(
  source: VolumeProjection,
  kind: 'secret' | 'configMap',
  path: string,
  errors: FieldError[],
  taken: TakenPaths,
): void {
  const projection = source[kind];
  if (projection === undefined) return;
  const { name = '' } = projection;
  if (!name) errors.push(requiredValue(`${path}.${kind}.name`));
  projection.items?.forEach((item, i) => {
    validateKeyToPath(item, `${path}.${kind}.items[${i}]`, errors);
    taken.take(item.path, name);
  });
}

function validateToken(
  token: ServiceAccountTokenProjection,
  volumePath: string,
  path: string,
  errors: FieldError[],
  options: PodOptions,
): void {
  const seconds = token.expirationSeconds ?? 0;
  const at = `${path}.serviceAccountToken.expirationSeconds`;
  if (seconds < tokenSecondsMin) {
    errors.push(invalidValue(at, seconds, 'may not specify a duration less than 10 minutes'));
  }
  if (seconds > tokenSecondsMax) {
    errors.push(invalidValue(at, seconds, 'may not specify a duration larger than 2^32 seconds'));
  }
  if (!token.path) errors.push(requiredValue(`${volumePath}.path`));
  else if (!options.nonLocalTokenPath) validateLocalPath(token.path, `${volumePath}.path`, errors);
}
