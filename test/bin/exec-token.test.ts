import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { execToken } from '../../bin/local/exec-token.js';

const apiVersion = 'client.authentication.k8s.io/v1';

describe('a token that a program makes', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'finite-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A program that notes how it was called, and prints what `script` makes of the number of times it was. */
  function program(script: string): string {
    const text = `#!${process.execPath}
      const { appendFileSync, readFileSync } = require('node:fs');
      const log = ${JSON.stringify(join(folder, 'log'))};
      const asked = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
      appendFileSync(log, JSON.stringify({ asked, args: process.argv.slice(2), own: process.env.OWN }) + '\\n');
      const times = readFileSync(log, 'utf8').trim().split('\\n').length;
      ${script}`;
    writeFileSync(join(folder, 'plugin.cjs'), text, { mode: 0o755 });
    return './plugin.cjs';
  }
  const printing = (status: string): string =>
    program(
      `console.log(JSON.stringify({ kind: 'ExecCredential', apiVersion: asked.apiVersion, status: ${status} }));`,
    );
  const calls = (): unknown[] =>
    readFileSync(join(folder, 'log'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

  it('is asked for as kubectl does', async () => {
    const command = printing("{ token: 't' }");
    const env = [{ name: 'OWN', value: 'yes' }];
    expect(await execToken({ apiVersion, command, args: ['a', 'b'], env }, folder)()).toBe('t');
    expect(calls()).toEqual([
      { asked: { apiVersion, kind: 'ExecCredential', spec: { interactive: false } }, args: ['a', 'b'], own: 'yes' },
    ]);
  });

  it('is asked for again when it ends', async () => {
    const command = printing("{ token: 't' + times, expirationTimestamp: '2030-01-01T00:0' + times + ':00Z' }");
    let now = Date.parse('2030-01-01T00:00:00Z');
    const token = execToken({ apiVersion, command }, folder, () => now);
    expect([await token(), await token()]).toEqual(['t1', 't1']);
    now = Date.parse('2030-01-01T00:00:51Z');
    expect([await token(), await token()]).toEqual(['t2', 't2']);
  });

  it('is kept for good where it does not end', async () => {
    const token = execToken({ apiVersion, command: printing("{ token: 't' + times }") }, folder);
    expect([await token(), await token()]).toEqual(['t1', 't1']);
  });

  it.each([
    ['process.stderr.write("no way"); process.exit(3);', './plugin.cjs makes no credentials: no way'],
    ['console.log("hello")', './plugin.cjs printed no token (an ExecCredential of client.authentication.k8s.io/v1 was'],
    ['console.log(JSON.stringify({ kind: "ExecCredential", status: { token: "" } }))', 'printed no token'],
    ['console.log(JSON.stringify({ kind: "Other", status: { token: "t" } }))', 'printed no token'],
  ])('is not there where the program does %s', async (script, message) => {
    await expect(execToken({ apiVersion, command: program(script) }, folder)()).rejects.toThrow(message);
  });

  it('is not there without the program, and it is said how to get it', async () => {
    const config = { apiVersion, command: 'no-such-program-at-all', installHint: 'get it' };
    await expect(execToken(config, folder)()).rejects.toThrow(
      'no-such-program-at-all makes no credentials: it is not there; get it',
    );
    await expect(execToken({ apiVersion }, folder)()).rejects.toThrow('names no program');
  });
});
