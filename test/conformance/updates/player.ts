import { setTimeout as sleep } from 'node:timers/promises';
import { parse as parseYaml } from 'yaml';
import { Normaliser } from '../normalise.js';
import type { Cluster } from './cluster.js';
import { onlyRecordedKinds } from './only-kinds.js';
import type { RequestStep, Sequence, SettleStep, Step, WatchStep } from './sequence.js';

export interface PlayedStep {
  readonly expected: unknown;
  readonly actual: unknown;
}

/** Plays a sequence in a fresh namespace. Both sides of each step that has an answer, ready to be compared. */
export async function playSequence(cluster: Cluster, sequence: Sequence, namespace: string): Promise<PlayedStep[]> {
  const player = new Player(cluster, sequence, namespace);
  if (sequence.flags?.cluster !== true) await player.prepareNamespace();
  const played: PlayedStep[] = [];
  for (const step of sequence.steps) {
    const both = await player.play(step);
    if (both !== undefined) played.push(both);
  }
  return played;
}

const settledWithinMs = 30_000;
const settlePollMs = 250;

class Player {
  readonly #variables = new Map<string, string>();
  readonly #normaliser: Normaliser;

  constructor(
    private readonly cluster: Cluster,
    sequence: Sequence,
    private readonly namespace: string,
  ) {
    this.#normaliser = new Normaliser({
      namespace,
      bodies: sequence.steps.flatMap((step) => ('request' in step ? [step.request.body] : [])),
      managedFields: sequence.flags?.managedFields === true,
    });
  }

  async prepareNamespace(): Promise<void> {
    const body = JSON.stringify({ metadata: { name: this.namespace } });
    await this.cluster.send({ method: 'POST', path: '/api/v1/namespaces', contentType: 'application/json', body });
    for (const path of ['serviceaccounts/default', 'configmaps/kube-root-ca.crt']) {
      while ((await this.#get(`/api/v1/namespaces/${this.namespace}/${path}`)).status !== 200) await sleep(20);
    }
  }

  async play(step: Step): Promise<PlayedStep | undefined> {
    if ('sleep' in step) await sleep(step.sleep * 1000);
    else if ('settle' in step) return { expected: step.settled, actual: await this.#settle(step) };
    else if ('watch' in step) return this.#watch(step);
    else return this.#request(step);
    return undefined;
  }

  async #request(step: RequestStep): Promise<PlayedStep> {
    const { body, ...request } = step.request;
    const response = await this.cluster.send({
      ...request,
      path: this.#fill(request.path),
      query: this.#fill(request.query ?? ''),
      ...(body === null ? {} : { body: this.#fill(typeof body === 'string' ? body : JSON.stringify(body)) }),
    });
    const contentType = (response.headers.get('content-type') ?? '').split(';')[0]!;
    // Every transport leaves out the body of an answer to HEAD.
    const text = request.method === 'HEAD' ? '' : await response.text();
    const raw = parseBody(text, contentType);
    for (const [variable, path] of Object.entries(step.capture ?? {})) {
      this.#variables.set(variable, String(valueAt(raw, path)));
    }
    const { status } = response;
    // What is forgotten counts all the same in the numbering of UUIDs and versions.
    const normalised = this.#normaliser.body(step.onlyKinds ? onlyRecordedKinds(raw) : raw, step);
    if (step.forget === true) return { expected: step.response.status, actual: status };
    const { warnings = [], body: expectedBody = null, contentType: expectedType, ...rest } = step.response;
    return {
      expected: { ...rest, warnings, body: expectedBody, contentType: expectedType ?? 'application/json' },
      actual: {
        status,
        warnings: warningsOf(response).map((text) => this.#normaliser.text(text)),
        body: normalised,
        contentType: contentType || 'application/json',
        ...(step.jwt ? { jwt: decodedToken(raw) } : {}),
      },
    };
  }

  async #watch({ watch, response }: WatchStep): Promise<PlayedStep> {
    const answer = await this.cluster.send({
      method: 'GET',
      path: this.#fill(watch.path),
      query: this.#fill(watch.query),
      accept: watch.accept,
    });
    const lines = (await answer.text()).split('\n').filter((line) => line !== '');
    const raw = lines.map((line) => JSON.parse(line) as WatchLine);
    const events = recordedEvents(raw, watch.bookmarks === true).map((event) => this.#normaliser.body(event));
    return { expected: response, actual: { status: answer.status, events } };
  }

  /** Whether the path's answer stayed the same for long enough, in time. */
  async #settle({ settle, has, quiet }: SettleStep): Promise<boolean> {
    const deadline = performance.now() + settledWithinMs;
    let last = '';
    let since = performance.now();
    while (performance.now() < deadline) {
      const response = await this.#get(this.#fill(settle));
      const body: unknown = await response.json();
      const state = stateOf(body);
      if (state !== last) {
        last = state;
        since = performance.now();
      }
      const there = has === undefined || valueAt(body, has) !== undefined;
      if (there && performance.now() - since >= quiet * 1000) return true;
      // No later than that: what happens a second after the time that was waited for (a namespace goes) must not be seen.
      const left = since + quiet * 1000 - performance.now();
      await sleep(left > 0 ? Math.min(settlePollMs, left) : settlePollMs);
    }
    return false;
  }

  #get(path: string): Promise<Response> {
    return this.cluster.send({ method: 'GET', path, accept: 'application/json' });
  }

  #fill(text: string): string {
    return text
      .replace(/\brecorded\b/g, this.namespace)
      .replace(/\$\{(\w+)\}/g, (whole, variable: string) => this.#variables.get(variable) ?? whole);
  }
}

interface WatchLine {
  readonly type?: string;
  readonly object?: { readonly apiVersion?: string; readonly kind?: string; readonly metadata?: BookmarkMeta };
}
interface BookmarkMeta {
  readonly annotations?: object;
}

/** Bookmarks are a matter of timing: only that there were any counts, or the one that ends the initial events. */
function recordedEvents(lines: readonly WatchLine[], bookmarks: boolean): readonly unknown[] {
  const events: unknown[] = [];
  let lastWasBookmark = false;
  for (const line of lines) {
    const { apiVersion, kind, metadata } = line.object ?? {};
    const isBookmark = line.type === 'BOOKMARK';
    const annotations = metadata?.annotations;
    if (!isBookmark) events.push(line);
    else if (annotations) events.push({ type: 'BOOKMARK', object: { apiVersion, kind, metadata: { annotations } } });
    else if (bookmarks && !lastWasBookmark) events.push({ type: 'BOOKMARK', object: { apiVersion, kind } });
    lastWasBookmark = isBookmark;
  }
  return events;
}

function parseBody(text: string, contentType: string): unknown {
  if (text === '') return null;
  // Times stay texts.
  if (contentType === 'application/yaml') return parseYaml(text, { schema: 'core' });
  return contentType === 'application/json' ? (JSON.parse(text) as unknown) : text;
}

function warningsOf(response: Response): readonly string[] {
  const header = response.headers.get('warning') ?? '';
  return [...header.matchAll(/299 - "((?:[^"\\]|\\.)*)"/g)].map(([, text]) =>
    Buffer.from(text!.replace(/\\(.)/g, '$1'), 'latin1').toString('utf8'),
  );
}

function valueAt(value: unknown, path: string): unknown {
  return path.split('/').reduce<unknown>((node, key) => (node as Record<string, unknown> | null)?.[key], value);
}

/** The version of an object; of a list the identities and versions of its items. */
function stateOf(body: unknown): string {
  const { items, metadata, code } = body as {
    items?: { metadata: { uid: string; resourceVersion: string } }[];
    metadata: { resourceVersion?: string };
    code?: number;
  };
  if (items === undefined) return metadata.resourceVersion ?? String(code);
  return items
    .map((item) => `${item.metadata.uid}@${item.metadata.resourceVersion}`)
    .sort()
    .join();
}

function decodedToken(body: unknown): unknown {
  const token = String(valueAt(body, 'status/token'));
  const [header, claims] = token
    .split('.')
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>);
  const { exp, iat, nbf, ...rest } = claims!;
  const times = { exp: '<n>', iat: '<n>', ...(nbf === undefined ? {} : { nbf: '<n>' }) };
  return { header: { ...header, kid: '<kid>' }, claims: { ...rest, ...times }, expMinusIat: Number(exp) - Number(iat) };
}
