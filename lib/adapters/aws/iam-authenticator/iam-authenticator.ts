import { createHash } from 'node:crypto';
import { StatusError } from '../../../apis/meta/v1/status-error.js';
import { bearerToken, type Authenticator, type User } from '../../../ports/authentication.js';
import type { Clock } from '../../../ports/clock.js';
import { readAdmins, type IsAdmin } from './admins.js';
import { readIdentity } from './arn.js';
import { readCallerArn } from './caller-identity.js';
import { stsHostsBeside } from './partitions.js';
import { sendToSts, type SendToSts, type StsAnswer } from './sts-request.js';
import { readToken, tokenPrefix, type PresignedRequest } from './token.js';

export interface IamAuthenticatorOptions {
  /** What tokens must be signed for. */
  readonly clusterId: string;
  /** The server's own; its partition's STS is believed. */
  readonly region: string;
  /** ARNs, as `readAdmins` takes them. */
  readonly admins: readonly string[];
  readonly clock: Pick<Clock, 'now'>;
  /** A URL that requests to STS go to instead, for tests and emulators. */
  readonly endpoint?: string;
  /** Told why a token is not believed or cannot be checked. Nothing in it is secret. */
  readonly onRefusal?: (reason: string) => void;
}

/** So long a revoked key goes on to work, and so often at most STS is asked about a token. */
const BELIEVED_MS_MAX = 60_000;
/** Some 300 bytes each; a client that makes a token for every request must not fill the memory. */
const BELIEVED_TOKENS_MAX = 1_000;

/**
 * Believes AWS identities: bearer tokens as `aws eks get-token` and `finite aws token` make them. Who is called by the
 * ARN that STS tells; administrators are in `system:masters`.
 */
export class IamAuthenticator implements Authenticator {
  readonly #options: IamAuthenticatorOptions;
  readonly #isAdmin: IsAdmin;
  readonly #isStsHost: (host: string) => boolean;
  readonly #send: SendToSts;
  /** By the token's digest: tokens themselves are not kept. The oldest comes first. */
  readonly #believed = new Map<string, { readonly user: User; readonly untilMs: number }>();
  readonly #asking = new Map<string, Promise<User | undefined>>();

  /** Throws where an admin is not an ARN that can be matched, or the region is none. */
  constructor(options: IamAuthenticatorOptions) {
    this.#options = options;
    this.#isAdmin = readAdmins(options.admins);
    this.#isStsHost = stsHostsBeside(options.region);
    this.#send = sendToSts(options.clusterId, options.endpoint);
  }

  async authenticate(request: Request): Promise<User | undefined> {
    const token = bearerToken(request);
    if (!token?.startsWith(tokenPrefix)) return undefined;
    const now = this.#options.clock.now();
    const read = readToken(token, { isStsHost: this.#isStsHost, now });
    if ('refused' in read) return this.#refuse(read.refused);
    const key = createHash('sha256').update(token).digest('base64');
    const believed = this.#believed.get(key);
    // Not before it was asked either: a clock that was set back must not prolong a belief.
    if (believed !== undefined && now < believed.untilMs && now >= believed.untilMs - BELIEVED_MS_MAX) {
      return believed.user;
    }
    return this.#askOnce(key, read, now);
  }

  /** Requests that come with the same token meanwhile wait for the one answer. */
  #askOnce(key: string, read: PresignedRequest, now: number): Promise<User | undefined> {
    const underWay = this.#asking.get(key);
    if (underWay !== undefined) return underWay;
    const asked = this.#ask(read)
      .then((user) => {
        if (user !== undefined) this.#believe(key, user, Math.min(now + BELIEVED_MS_MAX, read.expiresAtMs));
        return user;
      })
      .finally(() => this.#asking.delete(key));
    this.#asking.set(key, asked);
    return asked;
  }

  async #ask(read: PresignedRequest): Promise<User | undefined> {
    const answer = await this.#send(read).catch((error: unknown) => {
      throw this.#unavailable(error instanceof Error ? error.message : String(error));
    });
    if (isRefusal(answer)) return this.#refuse(`STS answers ${answer.status}`);
    if (answer.status !== 200) throw this.#unavailable(`STS answers ${answer.status}`);
    const arn = readCallerArn(answer.contentType, answer.body);
    if (arn === undefined) throw this.#unavailable('the answer of STS is not understood');
    const identity = readIdentity(arn);
    if (identity === undefined) return this.#refuse(`${JSON.stringify(arn)} is not an identity`);
    return { name: identity.arn, groups: this.#isAdmin(identity) ? ['system:masters'] : [] };
  }

  #believe(key: string, user: User, untilMs: number): void {
    this.#believed.delete(key);
    this.#believed.set(key, { user, untilMs });
    const [oldest] = this.#believed.keys();
    if (this.#believed.size > BELIEVED_TOKENS_MAX) this.#believed.delete(oldest!);
  }

  #refuse(reason: string): undefined {
    this.#options.onRefusal?.(reason);
    return undefined;
  }

  /** Not a 401: that would tell the client to fetch other credentials, and its own may be right. */
  #unavailable(reason: string): StatusError {
    this.#options.onRefusal?.(reason);
    const message = 'AWS STS cannot be asked who is calling; try again';
    return new StatusError(503, 'ServiceUnavailable', message, { retryAfterSeconds: 1 });
  }
}

/** A verdict on the token, unlike a throttle or a fault of STS. */
function isRefusal({ status, body }: StsAnswer): boolean {
  return (
    status >= 400 && status < 500 && status !== 429 && status !== 408 && !/Throttl|RequestLimitExceeded/.test(body)
  );
}
