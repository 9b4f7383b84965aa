import { describe, expect, it } from 'vitest';
import { parseImage, registryAuth } from '../../../../lib/adapters/local/container-runtime/image-reference.js';

const digest = `sha256:${'a'.repeat(64)}`;

describe('an image name', () => {
  it.each([
    ['busybox', 'busybox', 'latest', 'docker.io'],
    ['busybox:1.36', 'busybox', '1.36', 'docker.io'],
    ['library/busybox', 'library/busybox', 'latest', 'docker.io'],
    ['quay.io/a/b/c:v1', 'quay.io/a/b/c', 'v1', 'quay.io'],
    ['localhost/a', 'localhost/a', 'latest', 'localhost'],
    ['localhost:5000/a', 'localhost:5000/a', 'latest', 'localhost:5000'],
    [`busybox@${digest}`, 'busybox', digest, 'docker.io'],
    [`busybox:1.36@${digest}`, 'busybox', digest, 'docker.io'],
    ['a__b/c-d.e', 'a__b/c-d.e', 'latest', 'docker.io'],
  ])('%s is %s in version %s of %s', (image, name, version, registry) => {
    expect(parseImage(image)).toEqual({ name, version, registry });
  });

  it.each([
    '',
    'Busybox',
    'a b',
    'a:',
    ':tag',
    'a/B',
    'UPPER/a',
    'a:b:c',
    'a@sha256:short',
    '-a',
    'a//b',
    'http://a/b',
  ])('%j is none', (image) => {
    expect(parseImage(image)).toBeUndefined();
  });
});

describe('a login', () => {
  const secret = JSON.stringify({
    auths: {
      'https://index.docker.io/v1/': { auth: Buffer.from('hub:pass:word').toString('base64') },
      'quay.io': { username: 'robot', password: 'secret' },
    },
  });
  const login = (image: string, secrets = [secret]) => {
    const header = registryAuth(parseImage(image)!, secrets);
    return header && (JSON.parse(Buffer.from(header, 'base64url').toString()) as object);
  };

  it.each([
    ['busybox', 'hub', 'pass:word'],
    ['quay.io/a/b', 'robot', 'secret'],
  ])('for %s is found by its registry', (image, username, password) => {
    expect(login(image)).toMatchObject({ username, password });
  });

  it('is left out for other registries and for secrets that say nothing', () => {
    expect(login('ghcr.io/a/b')).toBeUndefined();
    expect(login('busybox', ['not json', '{}'])).toBeUndefined();
  });
});
