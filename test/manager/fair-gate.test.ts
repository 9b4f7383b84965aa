import { expect, test } from 'vitest';
import { FairGate } from '../../lib/manager/controllers/fair-gate.js';

const turns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

class Tasks {
  readonly begun: string[] = [];
  readonly ends: (() => void)[] = [];

  constructor(readonly gate: FairGate) {}

  add(group: string, name: string): Promise<void> {
    return this.gate.run(group, () => {
      this.begun.push(name);
      return new Promise((resolve) => this.ends.push(resolve));
    });
  }

  async endAll(): Promise<void> {
    for (let end = this.ends.shift(); end; end = this.ends.shift()) {
      end();
      await turns();
    }
  }
}

test('groups take turns, so that a late one is not behind an early one', async () => {
  const tasks = new Tasks(new FairGate(2));
  const all = [1, 2, 3, 4, 5, 6].map((n) => tasks.add('big', `big ${n}`));
  all.push(tasks.add('late', 'late 1'));
  expect(tasks.begun).toEqual(['big 1', 'big 2']);
  await tasks.endAll();
  await Promise.all(all);
  expect(tasks.begun).toEqual(['big 1', 'big 2', 'big 3', 'late 1', 'big 4', 'big 5', 'big 6']);
});

test('a task that fails lets the next one in and tells only its own caller', async () => {
  const gate = new FairGate(1);
  const failing = gate.run('a', () => Promise.reject(new Error('no')));
  const next = gate.run('a', () => Promise.resolve());
  await expect(failing).rejects.toThrow('no');
  await expect(next).resolves.toBeUndefined();
});
