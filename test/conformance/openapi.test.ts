import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer } from '../support/api-server.js';
import { installedKubectls, runKubectl, type Kubectl, type KubectlResult } from '../support/kubectl.js';

const kubectls = installedKubectls().filter(({ version }) => ['1.27', '1.30', '1.33'].includes(version));
const administrator = { clientCertificate: { commonName: 'admin', organizations: ['system:masters'] } };

const folder = mkdtempSync(join(tmpdir(), 'openapi-'));
const kubeconfig = join(folder, 'kubeconfig');
let server: Server;

/** Plain HTTP: what the documents say is tried here, not how they are carried. */
beforeAll(async () => {
  const api = startTestServer();
  await api.send('POST', '/api/v1/namespaces', { metadata: { name: 'default' } });
  server = createServer((incoming, outgoing) => {
    void toRequest(incoming)
      .then((request) => api.server.fetch(request, administrator))
      .then((response) => sendResponse(response, outgoing));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const cluster = { name: 'c', cluster: { server: `http://127.0.0.1:${port}` } };
  const context = { name: 'c', context: { cluster: 'c', user: '', namespace: 'default' } };
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [cluster],
      contexts: [context],
      'current-context': 'c',
    }),
  );
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function toRequest(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]);
  return new Request(`http://server${incoming.url}`, {
    method: incoming.method ?? 'GET',
    headers,
    ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
  });
}

async function sendResponse(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}

function manifest(spec: string): string {
  return `{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"j"},"spec":{${spec}"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}`;
}

// Where no kubectl of these versions is installed beside the one on the PATH there is nothing to try.
describe.skipIf(kubectls.length === 0).each(kubectls)('kubectl $version', (kubectl: Kubectl) => {
  const run = (args: string[], input?: string): Promise<KubectlResult> =>
    runKubectl(kubectl, kubeconfig, args, input === undefined ? {} : { input });

  it('explains a field', async () => {
    const { stdout, stderr } = await run(['explain', 'job.spec.backoffLimit']);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/KIND: +Job/);
    expect(stdout).toMatch(/backoffLimit\s+<integer>/);
    expect(stdout).toContain('How many failures the Job bears before it fails');
  });

  it('explains lists, references and choices on the way', async () => {
    const { stdout } = await run(['explain', 'cronjob.spec.jobTemplate.spec.template.spec.containers.resources']);
    expect(stdout).toMatch(/limits\s+<map\[string\]Quantity>/);
    expect((await run(['explain', 'cronjob.spec.concurrencyPolicy'])).stdout).toContain('<string>');
  });

  it('explains a whole kind', async () => {
    const { stdout, stderr } = await run(['explain', 'job', '--recursive']);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/ttlSecondsAfterFinished\s+<integer>/);
    expect(stdout).toMatch(/startTime\s+<string>/);
  });

  it('leaves strict checking of fields to the server', async () => {
    const { code, stderr } = await run(['create', '-f', '-', '--dry-run=server'], manifest('"paralelism":2,'));
    expect(code).toBe(1);
    expect(stderr).toContain('strict decoding error: unknown field "spec.paralelism"');
  });

  it('reads the older document, which it takes as protobuf only', async () => {
    const { stdout, stderr } = await run(['explain', 'job.spec.template.spec.volumes', '--output=plaintext-openapiv2']);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/emptyDir\s+<Object>/);
    expect(stdout).toContain('A directory that lives as long as the pod.');
  });

  it('applies a manifest, and its change', async () => {
    const first = await run(['apply', '-f', '-'], manifest('"parallelism":1,'));
    expect(first.stderr).toBe('');
    expect(first.stdout).toMatch(/^job\.batch\/j (created|unchanged|configured)/);
    const second = await run(['apply', '-f', '-'], manifest('"parallelism":2,'));
    expect(second.stdout).toBe('job.batch/j configured\n');
  });
});
