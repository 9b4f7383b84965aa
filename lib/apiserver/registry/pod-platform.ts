import type { FieldError } from '../../apis/meta/v1/field-error.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import type { PodPlatform, Template } from '../../ports/pod-platform.js';

/** Where pods, and what makes pods, say what is to run. */
const paths: Readonly<Record<string, string>> = {
  pods: '',
  jobs: 'spec.template',
  cronjobs: 'spec.jobTemplate.spec.template',
};

/** What the place where pods run refuses of an object of this resource. */
export function platformRefusals(
  platform: PodPlatform | undefined,
  resource: string,
  object: KubeObject,
): readonly FieldError[] {
  const found = templateOf(resource, object);
  return platform && found ? platform.refusals(found.template, found.path) : [];
}

/** What it warns of. */
export function platformWarnings(
  platform: PodPlatform | undefined,
  resource: string,
  object: KubeObject,
): readonly string[] {
  const found = templateOf(resource, object);
  return platform && found ? platform.warnings(found.template, found.path) : [];
}

function templateOf(resource: string, object: KubeObject): { template: Template; path: string } | undefined {
  const path = paths[resource];
  if (path === undefined) return undefined;
  const fields = path === '' ? [] : path.split('.');
  const template = fields.reduce<unknown>((value, field) => (value as Record<string, unknown>)[field], object);
  return { template: template as Template, path };
}
