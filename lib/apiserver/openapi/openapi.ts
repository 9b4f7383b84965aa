import { createHash } from 'node:crypto';
import { servedGroups, type ServedGroup } from '../discovery/resources.js';
import { StatusError } from '../../apis/meta/v1/status-error.js';
import { openApiV2, openApiV3 } from './documents.js';
import { encodeOpenApiV2 } from './protobuf.js';

/** A document as it is sent. Clients keep it by its hash. */
interface Document {
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly mediaType: string;
  readonly hash: string;
}

const protobufV2 = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/**
 * Answers `/openapi/v2`, `/openapi/v3` and `/openapi/v3/apis/<group>/<version>`; undefined for any other path. The
 * documents are made when first asked for and kept.
 */
export class OpenApi {
  private readonly version: string;
  private readonly documents = new Map<string, Document>();

  /** `version`: the server's, such as `v1.36.0`. */
  constructor(version: string) {
    this.version = version;
  }

  answer(request: Request, pathname: string): Response | undefined {
    const document = this.documentAt(pathname, request.headers.get('accept') ?? '*/*');
    return document === undefined ? undefined : send(request, document);
  }

  private documentAt(pathname: string, accept: string): Document | undefined {
    if (pathname === '/openapi/v2') return this.v2(accept);
    if (pathname === '/openapi/v3' || pathname === '/openapi/v3/') return this.index();
    const group = servedGroups.find((each) => pathname === `/openapi/v3/${rootOf(each)}`);
    return group === undefined ? undefined : this.v3(group);
  }

  private v2(accept: string): Document {
    const types = accept.split(',').map((type) => type.split(';')[0]!.trim());
    // Clients spell the protobuf form with an at sign, which HTTP does not allow in an answer.
    if (types.some((type) => /^application\/com\.github\.proto-openapi\.spec\.v2[.@]v1\.0\+protobuf$/.test(type))) {
      return this.kept('v2 protobuf', protobufV2, () => encodeOpenApiV2(openApiV2(servedGroups, this.version)));
    }
    if (types.some((type) => ['application/json', 'application/*', '*/*'].includes(type))) {
      return this.kept('v2', 'application/json', () => JSON.stringify(openApiV2(servedGroups, this.version)));
    }
    const offered = `application/json, ${protobufV2}`;
    throw new StatusError(406, 'NotAcceptable', `only the following media types are accepted: ${offered}`);
  }

  private v3(group: ServedGroup): Document {
    return this.kept(rootOf(group), 'application/json', () => JSON.stringify(openApiV3(group, this.version)));
  }

  private index(): Document {
    return this.kept('v3', 'application/json', () => {
      const entries = servedGroups.map((group) => {
        const path = rootOf(group);
        return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${this.v3(group).hash}` }];
      });
      return JSON.stringify({ paths: Object.fromEntries(entries) });
    });
  }

  private kept(key: string, mediaType: string, make: () => Document['body']): Document {
    let document = this.documents.get(key);
    if (document === undefined) {
      const body = make();
      document = { body, mediaType, hash: createHash('sha512').update(body).digest('hex').toUpperCase() };
      this.documents.set(key, document);
    }
    return document;
  }
}

function rootOf({ name, apiVersion }: ServedGroup): string {
  return name === '' ? `api/${apiVersion}` : `apis/${apiVersion}`;
}

function send(request: Request, { body, mediaType, hash }: Document): Response {
  const etag = `"${hash}"`;
  // Whoever asked by the hash of what is here may keep the answer as long as he likes.
  const asked = new URL(request.url).searchParams.get('hash') === hash;
  const headers = {
    etag,
    vary: 'Accept',
    'cache-control': asked ? 'public, max-age=31536000, immutable' : 'no-cache, private',
  };
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers });
  return new Response(body, { status: 200, headers: { ...headers, 'content-type': mediaType } });
}
