import type { Kind } from '../../apis/meta/v1/kind.js';
import { badRequest } from '../../apis/meta/v1/status-error.js';
import type { Draft } from '../registry/registry.js';

/** An object may leave its namespace to the path, not contradict it. */
export function checkNamespaceOfBody({ metadata }: Draft, kind: Kind, namespace: string): void {
  if (!kind.namespaced || !metadata?.namespace || metadata.namespace === namespace) return;
  throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
}

/** An object that is to replace another one says its name, and it is the path's. */
export function checkNameOfBody({ metadata }: Draft, name: string): void {
  if (!metadata?.name) {
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  }
  if (metadata.name === name) return;
  throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
}
