/**
 * The program that the crash test kills: opens a data folder and writes to it with many writers at once.
 * What it is about to write (`try`) and what was acknowledged (`ok`) it notes in a file, which a kill does not harm.
 */
import { openSync, writeSync } from 'node:fs';
import { DiskStore } from '../../../lib/adapters/local/disk-store/disk-store.js';
import { SystemClock } from '../../../lib/adapters/local/system-clock.js';
import type { KubeObject } from '../../../lib/apis/meta/v1/object.js';
import type { StoredObject } from '../../../lib/ports/store.js';
import { CRASH_STORE_LIMITS, WRITERS } from './crash-plan.js';

/** A line of the writer's notes. Without a value: a deletion. */
export interface Note {
  readonly note: 'try' | 'ok';
  readonly name: string;
  readonly value?: string;
  /** Of `ok`. */
  readonly revision?: number;
}

const KEYS_PER_WRITER = 5;

const [folder, notesPath, life] = process.argv.slice(2) as [string, string, string];
const notes = openSync(notesPath, 'a');
const store = await DiskStore.open(folder, { clock: new SystemClock(), ...CRASH_STORE_LIMITS });
process.stdout.write('ready\n');
await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));

/** Creates, replaces and deletes the writer's own keys, for ever. */
async function write(writer: number): Promise<void> {
  for (let turn = 0; ; turn++) {
    const key = { resource: 'pods', namespace: 'default', name: `w${writer}-${turn % KEYS_PER_WRITER}` };
    const current = await store.get(key);
    const value = `${life}.${writer}.${turn}`;
    const type = !current ? 'created' : Math.random() < 0.3 ? 'deleted' : 'replaced';
    note({ note: 'try', name: key.name, value: type === 'deleted' ? undefined : value });
    let stored: StoredObject;
    if (type === 'created') stored = await store.create(key, object(key.name, value), { value });
    else if (type === 'replaced')
      stored = await store.replace(key, current!.revision, object(key.name, value), { value });
    else stored = await store.delete(key, current!.revision);
    note({ note: 'ok', name: key.name, value: type === 'deleted' ? undefined : value, revision: stored.revision });
  }
}

function note(what: Note): void {
  writeSync(notes, `${JSON.stringify(what)}\n`);
}

function object(name: string, value: string): KubeObject {
  const metadata = { name, namespace: 'default', uid: name, creationTimestamp: '2026-01-01T00:00:00Z' };
  // Of varying size, so that a kill meets records of the log that span its blocks.
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { value, padding: 'x'.repeat(Math.random() * 4000) } };
}
