import { decode } from '../../apis/meta/v1/decode.js';
import { invalidValue, unsupportedValue, type FieldError } from '../../apis/meta/v1/field-error.js';
import { badRequest, invalid } from '../../apis/meta/v1/status-error.js';
import { deleteOptions, type DeleteOptions } from '../../apis/meta/v1/types.js';
import { flag, integer, readBody } from './body.js';
import { notRegistered, orProtobufError, parseBody, typeProblem } from './decode-body.js';
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

/** What is wrong with such a body is told without saying what it should be. */
async function fromBody(body: string | Uint8Array, mediaType: BodyMediaType): Promise<DeleteOptions> {
  const value = typeof body === 'string' ? (await parseBody(body, mediaType, badRequest)).value : fromProtobuf(body);
  const problem = typeProblem(value);
  if (problem !== undefined) throw badRequest(problem);
  checkKind((value ?? {}) as OfSomeKind);
  const { object, error } = decode(deleteOptions, value ?? {});
  if (error !== undefined) throw badRequest(error);
  return object;
}

interface OfSomeKind {
  readonly kind?: string | null;
  readonly apiVersion?: string | null;
}

/** The options are known under every version. */
function checkKind({ kind, apiVersion }: OfSomeKind): void {
  if (!kind || kind === 'DeleteOptions') return;
  throw badRequest(notRegistered(kind, apiVersion || 'meta.k8s.io/v1'));
}

function fromProtobuf(body: Uint8Array): object {
  const envelope = orProtobufError(() => readEnvelope(body), badRequest);
  checkKind(envelope);
  return orProtobufError(() => readObject(envelope, deleteOptions), badRequest);
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
