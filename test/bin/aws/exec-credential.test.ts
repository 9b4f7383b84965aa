import { describe, expect, it } from 'vitest';
import { execCredential } from '../../../bin/aws/exec-credential.js';

const token = { token: 'k8s-aws-v1.x', expiresAt: new Date('2030-01-01T00:14:00.900Z') };
const asked = (apiVersion: string): string =>
  JSON.stringify({ kind: 'ExecCredential', apiVersion, spec: { interactive: false } });

describe('an ExecCredential', () => {
  it.each([
    [undefined, 'client.authentication.k8s.io/v1'],
    [asked('client.authentication.k8s.io/v1'), 'client.authentication.k8s.io/v1'],
    [asked('client.authentication.k8s.io/v1beta1'), 'client.authentication.k8s.io/v1beta1'],
  ])('asked for by %s is of %s', (info, apiVersion) => {
    expect(JSON.parse(execCredential(token, info))).toEqual({
      kind: 'ExecCredential',
      apiVersion,
      spec: {},
      status: { expirationTimestamp: '2030-01-01T00:14:00Z', token: 'k8s-aws-v1.x' },
    });
  });

  it.each([
    [asked('client.authentication.k8s.io/v1alpha1'), /asks for client.authentication.k8s.io\/v1alpha1/],
    ['null', /asks for undefined/],
    ['{', /is not JSON/],
  ])('cannot be made for %s', (info, message) => {
    expect(() => execCredential(token, info)).toThrow(message);
  });
});
