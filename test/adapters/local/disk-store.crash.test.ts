import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DiskStore } from '../../../lib/adapters/local/disk-store/disk-store.js';
import { SystemClock } from '../../../lib/adapters/local/system-clock.js';
import type { Revision } from '../../../lib/ports/store.js';
import { read } from '../../contract/store/changes.js';
import { compileProgram, type CompiledProgram } from '../../support/compiled-program.js';
import { CRASH_STORE_LIMITS, WRITERS } from './crash-plan.js';
import type { Note } from './crash-writer.js';

/** `FINITE_CRASH_KILLS=1000` for a longer search; `npm run test:sweeps` has one. */
const KILLS = Number(process.env['FINITE_CRASH_KILLS'] ?? 30);

const scratch = mkdtempSync(join(tmpdir(), 'finite-crash-'));
let writer: CompiledProgram;

beforeAll(() => {
  writer = compileProgram('test/adapters/local/crash-writer.ts');
});
afterAll(() => {
  writer?.remove();
  rmSync(scratch, { recursive: true });
});

describe('a server killed while it writes', () => {
  it(`has every acknowledged write and no torn one, ${KILLS} times over`, { timeout: 10_000 * KILLS }, async () => {
    const folder = join(scratch, 'store');
    const seen = new Replica();
    let acknowledged = 0;
    // Without so many the kills prove little: on a busy machine a life acknowledges less.
    for (let life = 0; life < KILLS || acknowledged <= KILLS * WRITERS; life++) {
      const notes = await liveAndDie(folder, life);
      acknowledged += notes.filter(({ note }) => note === 'ok').length;
      const store = await DiskStore.open(folder, { clock: new SystemClock(), ...CRASH_STORE_LIMITS });
      await seen.verify(store, notes);
      await store.close();
    }
    if (KILLS >= 100) expect(seen.forgotten).toBe(true);
  });
});

interface Held {
  readonly revision: Revision;
  readonly value: string;
}

/** What the store must hold, as the feed and the writers' notes tell it. */
class Replica {
  readonly #objects = new Map<string, Held>();
  #beginning: Revision | undefined;
  #head: Revision | undefined;
  /** Whether the beginning of the history is gone, that is, old changes were being forgotten during the kills. */
  forgotten = false;

  async verify(store: DiskStore, notes: readonly Note[]): Promise<void> {
    const floor = await floorOf(store);
    this.#beginning ??= floor;
    this.forgotten = floor > this.#beginning;
    const before = new Map(this.#objects);
    const revisions = await this.#replay(store);
    await this.#compare(store);
    this.#checkNotes(notes, before, revisions);
  }

  /** The feed since the life before, which must fit to what was there then. */
  async #replay(store: DiskStore): Promise<ReadonlySet<Revision>> {
    this.#head ??= this.#beginning!;
    const revisions = new Set<Revision>();
    for (const change of await read(store, {}, this.#head)) {
      const { type, key, revision, object, record, previous } = change;
      expect(revision).toBeGreaterThan(this.#head);
      expect(previous?.metadata.resourceVersion).toBe(this.#objects.get(key.name)?.revision.toString());
      expect(record).toEqual({ value: valueOf(object) });
      if (type === 'deleted') this.#objects.delete(key.name);
      else this.#objects.set(key.name, { revision, value: valueOf(object) });
      revisions.add(revision);
      this.#head = revision;
    }
    expect(await store.currentRevision()).toBe(this.#head);
    return revisions;
  }

  async #compare(store: DiskStore): Promise<void> {
    const { items } = await store.list({ resource: 'pods' });
    const listed = items.map(({ key, revision, object }): [string, Held] => [
      key.name,
      { revision, value: valueOf(object) },
    ]);
    expect(new Map(listed)).toEqual(this.#objects);
    for (const item of items) expect(await store.get(item.key)).toEqual(item);
  }

  /** Each key has one writer: it holds what was acknowledged last, or what was tried after that. */
  #checkNotes(notes: readonly Note[], before: ReadonlyMap<string, Held>, revisions: ReadonlySet<Revision>): void {
    const allowed = new Map<string, (string | undefined)[]>();
    for (const { note, name, value, revision } of notes) {
      if (note === 'try') {
        allowed.set(name, [...(allowed.get(name) ?? [before.get(name)?.value]), value]);
      } else {
        allowed.set(name, [value]);
        if (!revisions.has(revision!)) expect.unreachable(`the write of revision ${revision} is not in the feed`);
      }
    }
    for (const [name, values] of allowed) expect(values).toContain(this.#objects.get(name)?.value);
  }
}

/** Lets the writer live until a random moment, three in four of them after it has opened the store, and kills it. */
async function liveAndDie(folder: string, life: number): Promise<readonly Note[]> {
  const notesPath = join(scratch, `notes-${life}`);
  const child = spawn(process.execPath, [writer.path, folder, notesPath, `${life}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<NodeJS.Signals | null>((resolve) => child.on('exit', (_, signal) => resolve(signal)));
  if (life % 4 !== 3) await Promise.race([new Promise((resolve) => child.stdout.once('data', resolve)), exited]);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 150));
  child.kill('SIGKILL');
  expect(await exited).toBe('SIGKILL');
  if (!existsSync(notesPath)) return [];
  const lines = readFileSync(notesPath, 'utf8').split('\n');
  rmSync(notesPath);
  return lines.slice(0, -1).map((line) => JSON.parse(line) as Note);
}

/** How far back the history reaches; of a new store the revision before its first write. */
async function floorOf(store: DiskStore): Promise<Revision> {
  const error: unknown = await store.list({ resource: 'pods' }, { at: 0 }).catch((reason: unknown) => reason);
  return (error as { readonly oldest: Revision }).oldest;
}

function valueOf(object: { readonly [field: string]: unknown }): string {
  return (object['spec'] as { readonly value: string }).value;
}
