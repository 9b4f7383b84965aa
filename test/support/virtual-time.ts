import type { VirtualClock } from '../../lib/adapters/memory/virtual-clock.js';

/** Lets whoever waits in this process for no time and nobody else go on. */
export async function turn(turns = 1): Promise<void> {
  for (let taken = 0; taken < turns; taken++) await new Promise((resolve) => setImmediate(resolve));
}

/** Lets time pass, from alarm to alarm, for as long as a promise needs; `turns` are taken before each of them. */
export async function passing<T>(clock: VirtualClock, promise: Promise<T>, turns = 1): Promise<T> {
  let isSettled = false;
  const settle = (): void => void (isSettled = true);
  promise.then(settle, settle);
  for (;;) {
    await turn(turns);
    if (isSettled) return promise;
    const alarm = clock.nextAlarm();
    if (alarm !== undefined) clock.advanceTo(alarm);
  }
}
