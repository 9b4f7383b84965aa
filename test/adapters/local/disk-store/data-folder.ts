import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { afterEach, beforeEach } from 'vitest';
import { DiskStore, type DiskStoreOptions } from '../../../../lib/adapters/local/disk-store/disk-store.js';
import { SystemClock } from '../../../../lib/adapters/local/system-clock.js';

/** A new data folder for each test, with the stores that the test opens on it; both are gone after the test. */
export class DataFolder {
  folder = '';
  #stores: DiskStore[] = [];

  constructor() {
    beforeEach(() => {
      this.folder = join(mkdtempSync(join(tmpdir(), 'finite-disk-store-')), 'data', 'store');
      this.#stores = [];
    });
    afterEach(async () => {
      await Promise.all(this.#stores.map((store) => store.close()));
      rmSync(join(this.folder, '../..'), { recursive: true });
    });
  }

  async open(options: Partial<DiskStoreOptions> = {}): Promise<DiskStore> {
    const store = await DiskStore.open(this.folder, { clock: new SystemClock(), ...options });
    this.#stores.push(store);
    return store;
  }

  /** Works on the database of the folder while no store has it open. */
  async rewrite<T>(work: (database: ClassicLevel<string, string>) => Promise<T>): Promise<T> {
    mkdirSync(this.folder, { recursive: true });
    const database = new ClassicLevel<string, string>(this.folder);
    await database.open();
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  }

  /** The path of the file of that name. */
  file(name: RegExp): string {
    return join(
      this.folder,
      readdirSync(this.folder).find((candidate) => name.test(candidate))!,
    );
  }

  sizeBytes(): number {
    // A file may go while the folder is read.
    return readdirSync(this.folder).reduce(
      (sum, name) => sum + (statSync(join(this.folder, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  }
}
