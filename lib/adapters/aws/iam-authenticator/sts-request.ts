import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { clusterIdHeader, type PresignedRequest } from './token.js';

export interface StsAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Sends a presigned request as a certain cluster. Rejects where no answer comes in time. */
export type SendToSts = (request: PresignedRequest) => Promise<StsAnswer>;

/** STS answers within 200 ms; a caller should not wait for longer than it would for anything else. */
const TIMEOUT_MS = 5_000;
/** Answers have about 600. */
const ANSWER_BYTES_MAX = 16 * 1024;

/**
 * `endpoint`: a URL to send to instead of the token's own host, which is still the one that is checked and told in the
 * header. Redirects are answers like others: what was signed for one host is not to be carried to another.
 */
export function sendToSts(clusterId: string, endpoint: string | undefined): SendToSts {
  const agents = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) };
  const send = async (request: PresignedRequest, isRetry: boolean): Promise<StsAnswer> => {
    const url = new URL(endpoint ?? `https://${request.host}`);
    const isSecure = url.protocol === 'https:';
    const options = {
      agent: isSecure ? agents.https : agents.http,
      host: url.hostname,
      port: url.port || undefined,
      path: request.path,
      headers: { host: request.host, accept: 'application/json', [clusterIdHeader]: clusterId },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    };
    const sent = (isSecure ? httpsRequest : httpRequest)(options);
    try {
      return await answerOf(sent);
    } catch (error) {
      // A kept connection may have been closed by the other side, the more so after a function has slept.
      if (sent.reusedSocket && !isRetry && (error as NodeJS.ErrnoException).code === 'ECONNRESET') {
        return send(request, true);
      }
      throw error;
    }
  };
  return (request) => send(request, false);
}

/** Where the environment wants STS to be asked instead, as AWS' own tools read it. */
export function stsEndpoint(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  return environment['AWS_ENDPOINT_URL_STS'] || environment['AWS_ENDPOINT_URL'] || undefined;
}

async function answerOf(sent: ClientRequest): Promise<StsAnswer> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve).once('error', reject).end();
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) {
      sent.destroy();
      throw new Error(`the answer of STS has more than ${ANSWER_BYTES_MAX} bytes`);
    }
    chunks.push(chunk);
  }
  return {
    status: answer.statusCode ?? 0,
    contentType: answer.headers['content-type'] ?? '',
    body: Buffer.concat(chunks).toString('utf8'),
  };
}
