import { decode } from '../../apis/meta/v1/decode.js';
import { invalidValue, unsupportedValue, type FieldError } from '../../apis/meta/v1/field-error.js';
import { badRequest, invalid } from '../../apis/meta/v1/status-error.js';
import { deleteOptions, type DeleteOptions } from '../../apis/meta/v1/types.js';
import { flag, integer, readBody } from './body.js';
import { orProtobufError, parseBody, unrecognized } from './decode-body.js';
import { contentTypeOf, type BodyMediaType } from './negotiation.js';
import { readEnvelope, readObject } from './protobuf/document.js';
import { dryRunErrors } from './write-options.js';

export interface RequestedDeletion extends Omit<DeleteOptions, 'dryRun'> {
  readonly dryRun: boolean;
}

const policies = ['Foreground', 'Background', 'Orphan', 'nil'];

/** What a DELETE asks for: its body, or without one its query parameters. Throws 400s and 422s. */
export async function parseDeleteOptions(request: Request, query: URLSearchParams): Promise<RequestedDeletion> {
  const body = await readBody(request);
  const options = body.length === 0 ? fromQuery(query) : await fromBody(body, contentTypeOf(request));
  const errors = [...policyErrors(options), ...dryRunErrors(options.dryRun ?? [])];
  if (errors.length > 0) throw invalid('DeleteOptions', 'meta.k8s.io', '', errors);
  return { ...options, dryRun: (options.dryRun ?? []).length > 0 };
}

function fromQuery(query: URLSearchParams): DeleteOptions {
  const gracePeriodSeconds = integer(query, 'gracePeriodSeconds');
  const propagationPolicy = query.get('propagationPolicy');
  return {
    dryRun: query.getAll('dryRun'),
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(propagationPolicy ? { propagationPolicy } : {}),
    ...(query.has('orphanDependents') ? { orphanDependents: flag(query, 'orphanDependents') } : {}),
  };
}

async function fromBody(body: string | Uint8Array, mediaType: BodyMediaType): Promise<DeleteOptions> {
  const value =
    typeof body === 'string' ? (await parseBody(body, mediaType, 'DeleteOptions')).value : fromProtobuf(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest('the body of a DELETE must be DeleteOptions');
  }
  const { kind = 'DeleteOptions' } = value as { readonly kind?: unknown };
  if (kind !== 'DeleteOptions') throw notDeleteOptions();
  const { object, error } = decode(deleteOptions, value);
  if (error !== undefined) throw undecodable(error);
  return object;
}

function fromProtobuf(body: Uint8Array): object {
  const envelope = orProtobufError(
    () => readEnvelope(body),
    (why) => unrecognized('DeleteOptions', why, body),
  );
  if (envelope.kind !== '' && envelope.kind !== 'DeleteOptions') throw notDeleteOptions();
  return orProtobufError(() => readObject(envelope, deleteOptions), undecodable);
}

function notDeleteOptions(): Error {
  return badRequest('decoded object cannot be converted to DeleteOptions');
}

function undecodable(why: string): Error {
  return badRequest(`DeleteOptions in version "v1" cannot be handled as a DeleteOptions: ${why}`);
}

function policyErrors({ orphanDependents, propagationPolicy }: DeleteOptions): readonly FieldError[] {
  if (propagationPolicy === undefined) return [];
  const both = 'orphanDependents and deletionPropagation cannot be both set';
  return [
    ...(orphanDependents === undefined ? [] : [invalidValue('propagationPolicy', propagationPolicy, both)]),
    ...(policies.slice(0, 3).includes(propagationPolicy)
      ? []
      : [unsupportedValue('propagationPolicy', propagationPolicy, policies)]),
  ];
}
