/** Reads STS' answer to GetCallerIdentity: the caller's ARN. Undefined: it is not such an answer. */
export function readCallerArn(contentType: string, body: string): string | undefined {
  return /^application\/(?:x-amz-)?json\b/.test(contentType) ? readJson(body) : readXml(body);
}

type Fields = { readonly [name: string]: unknown };

function readJson(body: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  const result = field(field(value, 'GetCallerIdentityResponse'), 'GetCallerIdentityResult');
  const arn = field(result, 'Arn');
  return typeof arn === 'string' && typeof field(result, 'Account') === 'string' ? arn : undefined;
}

function field(value: unknown, name: string): unknown {
  const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  return isObject ? (value as Fields)[name] : undefined;
}

/** What STS answers by itself; endpoints for tests answer nothing else, whatever form is asked for. */
const xml = new RegExp(
  [
    String.raw`^(?:<\?xml [^>]*\?>)?\s*<GetCallerIdentityResponse xmlns="https://sts\.amazonaws\.com/doc/2011-06-15/">`,
    String.raw`\s*<GetCallerIdentityResult>((?:\s*<(?:Arn|UserId|Account)>[^<>&]*</(?:Arn|UserId|Account)>){3})\s*</GetCallerIdentityResult>`,
    String.raw`\s*<ResponseMetadata>\s*<RequestId>[^<>&]*</RequestId>\s*</ResponseMetadata>\s*</GetCallerIdentityResponse>\s*$`,
  ].join(''),
);

function readXml(body: string): string | undefined {
  const [, result = ''] = xml.exec(body) ?? [];
  const arns = [...result.matchAll(/<Arn>([^<]*)<\/Arn>/g)];
  return arns.length === 1 ? arns[0]![1] : undefined;
}
