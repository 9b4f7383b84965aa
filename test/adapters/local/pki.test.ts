import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createPki, renewPki } from '../../../lib/adapters/local/pki.js';

const dayMs = 86_400_000;
const now = new Date('2030-01-01T00:00:00Z');
const hosts = ['localhost', '127.0.0.1', '::1', 'jobs.example.org'];

describe('a new public key infrastructure', async () => {
  const pki = await createPki({ hosts, now });
  const authority = new X509Certificate(pki.authority.certificate);
  const server = new X509Certificate(pki.server.certificate);
  const admin = new X509Certificate(pki.admin.certificate);

  it('has an authority that may sign certificates, and signs itself', () => {
    expect(authority.ca).toBe(true);
    expect(authority.checkIssued(authority)).toBe(true);
    expect(authority.verify(authority.publicKey)).toBe(true);
  });

  it.each([
    ['server', server],
    ['administrator', admin],
  ])('has a certificate for the %s, signed by the authority, that may not sign others', (_, certificate) => {
    expect(certificate.checkIssued(authority)).toBe(true);
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect(certificate.ca).toBe(false);
  });

  it('names every host of the server, by name or address, and no other', () => {
    expect(server.checkHost('localhost')).toBe('localhost');
    expect(server.checkHost('jobs.example.org')).toBe('jobs.example.org');
    expect(server.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(server.checkIP('::1')).toBe('::1');
    expect(server.checkHost('other.example.org')).toBeUndefined();
    expect(server.checkIP('10.0.0.1')).toBeUndefined();
  });

  it('makes its administrator a member of system:masters', () => {
    expect(admin.subject.split('\n').toSorted()).toEqual(['CN=finite-admin', 'O=system:masters']);
  });

  it('lets the server serve and the administrator call, never the other way round', () => {
    expect(server.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(admin.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
  });

  it('is valid for clocks an hour behind, ten years for the authority and one for what it signs', () => {
    for (const certificate of [authority, server, admin]) {
      expect(Date.parse(certificate.validFrom)).toBe(now.getTime() - 3_600_000);
    }
    expect(Date.parse(authority.validTo)).toBe(now.getTime() + 3650 * dayMs);
    expect(Date.parse(server.validTo)).toBe(now.getTime() + 365 * dayMs);
    expect(Date.parse(admin.validTo)).toBe(now.getTime() + 365 * dayMs);
  });

  it('gives every certificate a serial number and a key of its own', () => {
    const certificates = [authority, server, admin];
    expect(new Set(certificates.map(({ serialNumber }) => serialNumber)).size).toBe(3);
    expect(new Set(certificates.map(({ publicKey }) => publicKey.export({ type: 'spki', format: 'pem' }))).size).toBe(
      3,
    );
  });

  it('keeps its authority when renewed, and makes new certificates that end later', async () => {
    const later = new Date(now.getTime() + 350 * dayMs);
    const renewed = await renewPki(pki, { hosts: ['other.example.org'], now: later });
    const again = new X509Certificate(renewed.server.certificate);
    expect(renewed.authority).toEqual(pki.authority);
    expect(again.verify(authority.publicKey)).toBe(true);
    expect(again.checkHost('other.example.org')).toBe('other.example.org');
    expect(Date.parse(again.validTo)).toBe(later.getTime() + 365 * dayMs);
    expect(renewed.admin.certificate).not.toBe(pki.admin.certificate);
  });
});
