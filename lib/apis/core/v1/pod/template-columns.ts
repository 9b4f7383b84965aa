import { labelSelectorText } from '../../../meta/v1/label-selector-text.js';
import { wideColumn, type Cell, type Column } from '../../../meta/v1/columns.js';
import type { LabelSelector } from '../../../meta/v1/types.js';
import type { PodTemplateSpec } from './types.js';

/** The wide columns of kinds that make pods from a template. */
export const templateColumns: readonly Column[] = [
  wideColumn('Containers', 'Names of each container in the template.'),
  wideColumn('Images', 'Images referenced by each container in the template.'),
  wideColumn(
    'Selector',
    'A label query over pods that should match the pod count. Normally, the system sets this field for you. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors',
  ),
];

export function templateCells(template: PodTemplateSpec, selector: LabelSelector | undefined): readonly Cell[] {
  const containers = template.spec?.containers ?? [];
  const names = containers.map((container) => container.name).join(',');
  const images = containers.map((container) => container.image ?? '').join(',');
  return [names, images, labelSelectorText(selector)];
}
