import { mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataFolderError } from '../../../../lib/adapters/local/disk-store/disk-store.js';
import { job, object } from '../../../contract/store/samples.js';
import { DataFolder } from './data-folder.js';

const data = new DataFolder();

describe('opening a data folder', () => {
  it('makes it for its owner only', async () => {
    await data.open();
    for (const path of [data.folder, join(data.folder, '..')]) expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it('refuses a second opener, naming the folder', async () => {
    await data.open();
    await expect(data.open()).rejects.toThrow(`the data folder ${data.folder} is in use by another process`);
    await expect(data.open()).rejects.toBeInstanceOf(DataFolderError);
  });

  it('can be repeated after closing, and closing twice', async () => {
    const store = await data.open();
    await store.close();
    await store.close();
    await data.open();
  });

  it('refuses the format of another version', async () => {
    await data.rewrite((database) => database.put('m:format', '2'));
    await expect(data.open()).rejects.toThrow(`the data folder ${data.folder} has format 2`);
  });

  it('refuses a database that is not its own', async () => {
    await data.rewrite((database) => database.put('key', 'value'));
    await expect(data.open()).rejects.toThrow(`the data folder ${data.folder} holds a database that is not finite's`);
  });

  it('refuses a folder that cannot be made', async () => {
    mkdirSync(join(data.folder, '..'), { recursive: true });
    writeFileSync(data.folder, '');
    await expect(data.open()).rejects.toThrow(data.folder);
  });

  it.each<[string, () => void]>([
    ['lost its file CURRENT', () => rmSync(join(data.folder, 'CURRENT'))],
    ['has a damaged file CURRENT', () => writeFileSync(join(data.folder, 'CURRENT'), 'x')],
    ['lost its manifest', () => rmSync(data.file(/^MANIFEST/))],
    ['has a damaged manifest', () => flip(data.file(/^MANIFEST/), 20)],
    ['lost a table', () => rmSync(data.file(/\.ldb$/))],
  ])('says that it is damaged where it %s', async (_, damage) => {
    const store = await data.open();
    await store.create(job('pi'), object('pi'));
    await store.close();
    await (await data.open()).close(); // what was in the log is now in a table
    damage();
    await expect(data.open()).rejects.toThrow(`the data folder ${data.folder} is damaged`);
  });

  it.each([0, 1])('says that it is damaged where acknowledged write %i is missing', async (lost) => {
    const store = await data.open();
    const revisions: number[] = [];
    for (const name of ['a', 'b', 'c']) revisions.push((await store.create(job(name), object(name))).revision);
    await store.close();
    await data.rewrite((database) => database.del(`v:${revisions[lost]}`));
    await expect(data.open()).rejects.toThrow(/is damaged: writes between the revisions \d+ and \d+ are missing/);
  });

  it('says that it is damaged where the middle of its log is', async () => {
    const store = await data.open();
    for (let n = 0; n < 100; n++) await store.create(job(`j${n}`), object(`j${n}`, {}, { text: 'x'.repeat(2000) }));
    await store.close();
    flip(data.file(/\.log$/), 100_000);
    await expect(data.open()).rejects.toThrow(`the data folder ${data.folder} is damaged`);
  });

  it('drops a batch whose writing was cut off, and nothing before it', async () => {
    const store = await data.open();
    const kept = await store.create(job('kept'), object('kept'));
    const whole = statSync(data.file(/\.log$/)).size;
    await store.create(job('cut'), object('cut'));
    await store.close();
    truncateSync(data.file(/\.log$/), whole + 50);
    const again = await data.open();
    expect(await again.get(job('cut'))).toBeUndefined();
    expect((await again.list({ resource: 'jobs' })).items).toEqual([kept]);
    expect(await again.currentRevision()).toBe(kept.revision);
    await again.create(job('cut'), object('cut'));
  });
});

/** Changes one byte of a file. */
function flip(path: string, offset: number): void {
  const bytes = readFileSync(path);
  bytes[offset]! ^= 0xff;
  writeFileSync(path, bytes);
}
