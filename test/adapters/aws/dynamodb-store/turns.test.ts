import { expect, it } from 'vitest';
import { Turns } from '../../../../lib/adapters/aws/dynamodb-store/turns.js';

it('come in the order in which they were asked for, so many at a time', async () => {
  const turns = new Turns(2);
  const had: number[] = [];
  const taken = Array.from({ length: 5 }, async (_, i) => {
    const end = await turns.take();
    had.push(i);
    return end;
  });
  const [first, second] = await Promise.all(taken.slice(0, 2));
  expect(had).toEqual([0, 1]);
  second!();
  (await taken[2]!)();
  await taken[3];
  expect(had).toEqual([0, 1, 2, 3]);
  first!();
  await taken[4];
});

it('are there at once when all before have ended', async () => {
  const turns = new Turns(1);
  for (let i = 0; i < 3; i++) (await turns.take())();
});
