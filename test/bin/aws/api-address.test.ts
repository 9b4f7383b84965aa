import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { apiAddress, wayToReach } from '../../../bin/aws/api-address.js';
import type { Stack } from '../../../bin/aws/stack.js';

const stack: Stack = {
  name: 'finite',
  region: 'eu-west-1',
  status: 'CREATE_COMPLETE',
  apiUrl: 'https://x.lambda-url.eu-west-1.on.aws',
  clusterId: 'finite',
  clusterName: undefined,
};

describe("where a stack's API is reached", () => {
  const folder = mkdtempSync(join(tmpdir(), 'finite-test-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is its function URL', async () => {
    expect(await apiAddress(stack, {})).toEqual({ server: stack.apiUrl, certificateAuthority: undefined });
  });

  it.each(['https://jobs.example.com', 'https://jobs.example.com:8443', 'https://example.com/jobs'])(
    'may be %s',
    async (server) => {
      expect((await apiAddress(stack, { server: `${server}/` })).server).toBe(server);
    },
  );

  it.each(['jobs.example.com', 'http://jobs.example.com', 'https://me@jobs.example.com', 'https://x?a=b', ''])(
    'is never "%s"',
    async (server) => {
      await expect(apiAddress(stack, { server })).rejects.toThrow(/^--server .*: it is to be https:\/\/HOST/);
    },
  );

  it('is believed for certificates in a file', async () => {
    const file = join(folder, 'authority.pem');
    await expect(apiAddress(stack, { certificateAuthority: file })).rejects.toThrow(`${file} cannot be read`);
    writeFileSync(file, 'nothing');
    await expect(apiAddress(stack, { certificateAuthority: file })).rejects.toThrow('has no certificate (PEM) in it');
    const certificate = '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n';
    writeFileSync(file, certificate);
    expect((await apiAddress(stack, { certificateAuthority: file })).certificateAuthority).toBe(certificate);
  });

  it.each([
    ['ENOTFOUND', '--server'],
    ['ECONNREFUSED', '--server'],
    ['SELF_SIGNED_CERT_IN_CHAIN', '--certificate-authority'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', '--certificate-authority'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', '--certificate-authority'],
  ])('after %s may be told by %s', (code, option) => {
    const error = new Error('https://x: no', { cause: Object.assign(new Error('no'), { code }) });
    expect(wayToReach(error)).toContain(option);
  });

  it('is known where an answer came', () => {
    expect(wayToReach(new Error('the server answers 502'))).toBeUndefined();
    expect(wayToReach(502)).toBeUndefined();
  });
});
