import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { IamAuthenticator } from '../../../lib/adapters/aws/iam-authenticator/iam-authenticator.js';
import { loadCredentials } from '../../../lib/adapters/local/credentials.js';
import { listen, type HttpServer } from '../../../lib/adapters/local/node-http.js';
import { SystemClock } from '../../../lib/adapters/local/system-clock.js';
import { startFakeSts, type FakeSts } from '../../support/aws/fake-sts.js';
import { startTestServer } from '../../support/api-server.js';
import { buildFinite, type Ended, type FiniteProgram } from '../../support/finite.js';
import { installedKubectls, runKubectl, type Kubectl, type KubectlResult } from '../../support/kubectl.js';

const keys = {
  AKIDADMIN: { secretAccessKey: 'a', sessionToken: 's', arn: 'arn:aws:sts::123456789012:assumed-role/Deployer/alice' },
  AKIDOTHER: { secretAccessKey: 'b', sessionToken: 's', arn: 'arn:aws:iam::123456789012:user/bob' },
} as const;

function environmentOf(accessKeyId: keyof typeof keys, secret?: string): Record<string, string> {
  const { secretAccessKey, sessionToken } = keys[accessKeyId];
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secret ?? secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
}

/** CloudFormation, as far as it tells the outputs of one stack. */
async function startCloudFormation(apiUrl: () => string): Promise<Server> {
  const output = (key: string, value: string): string =>
    `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`;
  const server = createServer((request, response) => {
    request
      .resume()
      .once('end', () =>
        response
          .setHeader('content-type', 'text/xml')
          .end(
            `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>` +
              `<StackName>finite</StackName><StackStatus>CREATE_COMPLETE</StackStatus><CreationTime>2030-01-01T00:00:00Z</CreationTime>` +
              `<Outputs>${output('ApiUrl', apiUrl())}${output('ClusterId', 'finite-1')}</Outputs>` +
              `</member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
          ),
      );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

describe('an AWS identity', () => {
  let folder: string;
  let finite: FiniteProgram;
  let sts: FakeSts;
  let cloudFormation: Server;
  let api: HttpServer;
  let authority: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'finite-test-'));
    finite = buildFinite();
    sts = await startFakeSts(keys);
    const credentials = await loadCredentials(folder, ['127.0.0.1', 'localhost'], new Date());
    authority = credentials.authority.certificate;
    writeFileSync(join(folder, 'authority.pem'), authority);
    const authenticator = new IamAuthenticator({
      clusterId: 'finite-1',
      region: 'eu-west-1',
      admins: ['arn:aws:iam::123456789012:role/Deployer'],
      clock: new SystemClock(),
      endpoint: sts.url,
    });
    const { server } = startTestServer({ authenticator });
    api = await listen({
      host: '127.0.0.1',
      port: 0,
      authority,
      certificate: credentials.server.certificate,
      privateKey: credentials.server.privateKey,
      fetch: server.fetch,
    });
    cloudFormation = await startCloudFormation(() => `https://127.0.0.1:${api.port}/`);
  });
  afterAll(async () => {
    await api?.close(0);
    await sts?.stop();
    cloudFormation?.close();
    finite?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (args: readonly string[], env: Record<string, string> = environmentOf('AKIDADMIN')): Promise<Ended> => {
    const endpoint = `http://127.0.0.1:${(cloudFormation.address() as AddressInfo).port}`;
    // Only what is given here decides, nothing of the machine's own.
    const names = ['ACCESS_KEY_ID', 'SECRET_ACCESS_KEY', 'SESSION_TOKEN', 'REGION', 'DEFAULT_REGION', 'PROFILE'];
    const unset = Object.fromEntries(names.map((name) => [`AWS_${name}`, undefined]));
    const none = {
      ...unset,
      AWS_CONFIG_FILE: join(folder, 'none'),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
    };
    return finite.run(['aws', ...args], {
      ...none,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ENDPOINT_URL_CLOUDFORMATION: endpoint,
      ...env,
    });
  };
  const kubeconfig = join(tmpdir(), `finite-test-${process.pid}.kubeconfig`);
  afterAll(() => rmSync(kubeconfig, { force: true }));

  it('has its kubeconfig written, readable by its owner only', async () => {
    const args = ['kubeconfig', '--region', 'eu-west-1', '--output', kubeconfig];
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `export KUBECONFIG=${kubeconfig}\n`, stderr: '' });
    expect(statSync(kubeconfig).mode & 0o777).toBe(0o600);
    const config = parse(readFileSync(kubeconfig, 'utf8'));
    expect(config.clusters[0].cluster).toEqual({ server: `https://127.0.0.1:${api.port}` });
    expect(config.users[0].user.exec).toMatchObject({
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: [expect.stringMatching(/finite\.js$/), 'aws', 'token', '--cluster', 'finite-1', '--region', 'eu-west-1'],
    });
  });

  it('can have one that leads by another way, which somebody of its own vouches for', async () => {
    const server = `https://localhost:${api.port}`;
    const way = ['--server', `${server}/`, '--certificate-authority', join(folder, 'authority.pem')];
    const { stderr } = await run(['kubeconfig', '--region', 'eu-west-1', '--output', kubeconfig, ...way]);
    expect(stderr).toBe('');
    const config = parse(readFileSync(kubeconfig, 'utf8'));
    expect(config.clusters[0].cluster).toEqual({
      server,
      'certificate-authority-data': Buffer.from(authority).toString('base64'),
    });
    const wrong = await run(['kubeconfig', '--region', 'eu-west-1', '--output', '-', '--server', 'http://localhost']);
    expect(wrong.stderr).toBe(
      'finite: --server http://localhost: it is to be https://HOST, and may have a port and a path\n',
    );
  });

  it('can have one that asks aws for tokens, on standard output', async () => {
    const args = ['kubeconfig', '--region', 'eu-west-1', '--output', '-', '--exec', 'aws', '--stack', 'finite'];
    const { stdout } = await run(args);
    expect(parse(stdout).users[0].user.exec).toMatchObject({
      command: 'aws',
      args: ['--region', 'eu-west-1', 'eks', 'get-token', '--cluster-name', 'finite-1', '--output', 'json'],
    });
  });

  it('may be that of a profile, whatever keys are in the environment', async () => {
    const file = join(folder, 'credentials');
    writeFileSync(file, '[work]\naws_access_key_id = AKIDWORK\naws_secret_access_key = c\n');
    const env = { ...environmentOf('AKIDADMIN'), AWS_SHARED_CREDENTIALS_FILE: file, AWS_REGION: 'eu-west-1' };
    const { stdout, stderr } = await run(['token', '--cluster', 'x', '--profile', 'work'], env);
    expect(stderr).toBe('');
    const { token } = JSON.parse(stdout).status;
    expect(Buffer.from(token.split('.')[1], 'base64url').toString()).toContain('X-Amz-Credential=AKIDWORK%2F');
    const missing = await run(['token', '--cluster', 'x', '--profile', 'play'], env);
    expect(missing.stderr).toMatch(/^finite: no AWS credentials \(.*\); aws sso login --profile play, /);
  });

  it('is told what is missing', async () => {
    const nobody = { AWS_REGION: 'eu-west-1' };
    const { code, stderr } = await run(['token', '--cluster', 'x'], nobody);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^finite: no AWS credentials \(.*\); aws sso login, name a profile by --profile/);
    const nowhere = await run(['kubeconfig']);
    expect(nowhere.stderr).toBe('finite: no AWS region; set it by --region, AWS_REGION or in the profile\n');
    expect((await run(['token'])).code).toBe(2);
  });

  describe('asks the deployed stack itself', () => {
    // All other services answer as CloudFormation, which they do not: what they would tell is not known.
    const env = (accessKeyId: keyof typeof keys): Record<string, string> => ({
      ...environmentOf(accessKeyId),
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(cloudFormation.address() as AddressInfo).port}`,
      AWS_ENDPOINT_URL_STS: sts.url,
    });
    const vouched = (): string[] => ['--certificate-authority', join(folder, 'authority.pem')];

    it('for its status', async () => {
      const { code, stdout, stderr } = await run(['status', ...vouched(), '--output', 'json'], env('AKIDADMIN'));
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(JSON.parse(stdout)).toMatchObject({
        stack: { name: 'finite', clusterId: 'finite-1' },
        pods: { phases: {}, waiting: [] },
        quotas: { unknown: expect.any(String) },
      });
      const gone = await run(['status', '--server', 'https://127.0.0.1:1'], env('AKIDADMIN'));
      expect(gone.stderr).toMatch(
        /^finite: https:.*ECONNREFUSED.*; can it be reached from here\? .* name that by --server\n$/,
      );
      const refused = await run(['status', ...vouched()], env('AKIDOTHER'));
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(
        /^finite: https:.* is forbidden: User ".*user\/bob" .*; finite aws doctor says more\n$/,
      );
    });

    it('for its health', async () => {
      const { code, stdout } = await run(['doctor', ...vouched()], env('AKIDADMIN'));
      expect(stdout).toContain(`ok   credentials: ${keys.AKIDADMIN.arn}\n`);
      expect(stdout).toContain(`ok   API: https://127.0.0.1:${api.port} answers 401 without a token, 200 with yours\n`);
      expect(stdout).toContain('bad  ECS cluster: the stack has no output ClusterName; deploy it again\n');
      expect(code).toBe(1);
      const distrusted = await run(['doctor'], env('AKIDADMIN'));
      expect(distrusted.stdout).toMatch(
        /^bad {2}API: https:.*certificate.*; is a proxy between\? --certificate-authority /m,
      );
      const nobody = await run(['doctor', '--output', 'json', '--region', 'eu-west-1'], {});
      expect(nobody.code).toBe(1);
      expect(JSON.parse(nobody.stdout)).toMatchObject({ isWell: false, findings: [{ subject: 'credentials' }] });
    });
  });

  const kubectls = installedKubectls().filter(({ version }) => ['1.27', '1.30', '1.33'].includes(version));
  // Where no kubectl of these versions is installed beside the one on the PATH there is nothing to try.
  describe.skipIf(kubectls.length === 0).each(kubectls)('with kubectl $version', (kubectl: Kubectl) => {
    const ask = (env: Record<string, string>, ...args: readonly string[]): Promise<KubectlResult> =>
      runKubectl(kubectl, kubeconfig, args, { env });

    it('may do all where it is an administrator', async () => {
      const name = `pi-${kubectl.version.replace('.', '-')}`;
      const args = ['create', 'job', name, '--image=busybox', '--', 'true'];
      expect(await ask(environmentOf('AKIDADMIN'), ...args)).toMatchObject({ code: 0, stderr: '' });
      const { stdout } = await ask(environmentOf('AKIDADMIN'), 'get', 'jobs', '-o', 'name');
      expect(stdout).toContain(`job.batch/${name}\n`);
    });

    it('is known and may nothing but look which resources there are where it is none', async () => {
      const { code, stderr } = await ask(environmentOf('AKIDOTHER'), 'get', 'jobs');
      expect(code).toBe(1);
      expect(stderr).toContain(
        'jobs.batch is forbidden: User "arn:aws:iam::123456789012:user/bob" cannot list resource "jobs" in API group "batch" in the namespace "default"',
      );
      const { stdout } = await ask(environmentOf('AKIDOTHER'), 'api-resources', '--api-group=batch');
      expect(stdout).toMatch(/jobs\s+batch\/v1\s+true\s+Job/);
    });

    it('is nobody with a wrong key', async () => {
      const { code, stderr } = await ask(environmentOf('AKIDADMIN', 'guess'), 'get', 'jobs');
      expect(code).toBe(1);
      expect(stderr).toMatch(/You must be logged in to the server|asked for the client to provide credentials/);
    });
  });
});
