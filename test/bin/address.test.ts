import { expect, it } from 'vitest';
import { clientHost, formatAddress, parseAddress, reachableHosts } from '../../bin/local/address.js';

it.each([
  ['127.0.0.1:6443', { host: '127.0.0.1', port: 6443 }],
  [':6443', { host: '127.0.0.1', port: 6443 }],
  ['localhost:0', { host: 'localhost', port: 0 }],
  ['[::1]:6443', { host: '::1', port: 6443 }],
  ['127.0.0.1', undefined],
  ['127.0.0.1:x', undefined],
  ['127.0.0.1:65536', undefined],
  ['::1:6443', undefined],
])('%s is read as %j', (text, address) => {
  expect(parseAddress(text)).toEqual(address);
});

it('writes addresses as they are read', () => {
  for (const text of ['127.0.0.1:6443', '[::1]:6443']) expect(formatAddress(parseAddress(text)!)).toBe(text);
});

it('always names the loopback in a certificate, and each own address where all are listened on', () => {
  expect(reachableHosts('10.1.2.3')).toEqual(['localhost', '127.0.0.1', '::1', '10.1.2.3']);
  expect(reachableHosts('0.0.0.0')).toEqual(expect.arrayContaining(['localhost', '127.0.0.1', '::1']));
  expect(reachableHosts('0.0.0.0')).not.toContain('0.0.0.0');
});

it('connects to the loopback where all addresses are listened on', () => {
  expect([clientHost('0.0.0.0'), clientHost('::'), clientHost('10.1.2.3')]).toEqual(['127.0.0.1', '::1', '10.1.2.3']);
});
