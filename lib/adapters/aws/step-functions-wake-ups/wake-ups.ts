import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { Clock } from '../../../ports/clock.js';
import type { WakeKey, WakeUp, WakeUps } from '../../../ports/wake-ups.js';
import { inParallel, pause } from '../throttles.js';
import { executionName } from './execution-name.js';
import { Executions } from './executions.js';
import { idOf, PendingItems, type Pending } from './pending.js';
import { readTimerInput, timerInput } from './timer-input.js';
import { CLOCKS_APART_MS, waitUntil } from './wait.js';

export interface StepFunctionsWakeUpsOptions {
  readonly stepFunctions: SFNClient;
  /** Of a machine as `wakeMachineDefinition` describes it. */
  readonly machineArn: string;
  readonly dynamoDb: DynamoDBClient;
  readonly table: string;
  readonly clock: Clock;
}

/** More are throttled sooner than they are faster: Step Functions starts 300 a second (burst 1,300) for everybody. */
const AT_ONCE = 20;
/** So often somebody else may change what is pending for a key while it is being changed here. */
const RACES_MAX = 5;
/** As many executions of a key and a time may have ended before: each but the first was started after a stop. */
const GENERATIONS_MAX = 50;

/**
 * Wake-ups as executions that wait, at most one pending per key: the earliest.
 *
 *   1. what is pending is read; where it comes early enough and is still to come, nothing is left to do;
 *   2. an execution is started;
 *   3. what is pending is written, if nobody has written since 1;
 *   4. the execution that was pending before is stopped.
 *
 * If the process stops after 2, the execution wakes its key all the same; asked again, it is found running. After 3, the
 * one that was pending before wakes its key once more. A time that has come counts as fired: asked for again, it is a new
 * execution, as names cannot be used twice.
 */
export class StepFunctionsWakeUps implements WakeUps {
  readonly #executions: Executions;
  readonly #pending: PendingItems;
  readonly #clock: Clock;

  constructor({ stepFunctions, machineArn, dynamoDb, table, clock }: StepFunctionsWakeUpsOptions) {
    this.#executions = new Executions(stepFunctions, machineArn, clock);
    this.#pending = new PendingItems(dynamoDb, table, clock);
    this.#clock = clock;
  }

  async ensure(wakeUps: readonly WakeUp[]): Promise<void> {
    const earliest = earliestOfEach(wakeUps);
    const pending = await this.#pending.read(earliest);
    await inParallel(earliest, AT_ONCE, (wakeUp) => this.#ensure(wakeUp, pending.get(idOf(wakeUp))));
  }

  /**
   * For the sweep: starts again what is written down as pending but does not wait any more. Resolves with those keys. One
   * whose time has passed is nobody's here: the sweep looks at what is unfinished anyway.
   */
  async repair(): Promise<readonly WakeKey[]> {
    const running = await this.#executions.running();
    const lost: WakeKey[] = [];
    for await (const page of this.#pending.pages()) {
      await inParallel(page, AT_ONCE, async ({ key, pending }) => {
        if (!this.#isToCome(pending) || running.has(pending.execution)) return;
        // Started since the list was made, or listed late.
        if (await this.#executions.isRunning(pending.execution)) return;
        lost.push(key);
        await this.#start({ ...key, atMs: pending.atMs }, pending);
      });
    }
    return lost;
  }

  /**
   * What the timer function was called with: resolves with the key to wake, or with undefined where the wait has been
   * passed on to a next execution. Throws for an input that is none.
   */
  async fired(input: unknown): Promise<WakeKey | undefined> {
    const wakeUp = readTimerInput(input);
    const earlyMs = wakeUp.atMs - this.#clock.now();
    if (earlyMs > CLOCKS_APART_MS) {
      await this.ensure([wakeUp]);
      return undefined;
    }
    if (earlyMs > 0) await pause(this.#clock, earlyMs);
    return { controller: wakeUp.controller, key: wakeUp.key };
  }

  #isEarlyEnough(pending: Pending | undefined, wakeAtMs: number): pending is Pending {
    if (!pending) return false;
    const now = this.#clock.now();
    return pending.atMs > now + CLOCKS_APART_MS && pending.atMs <= waitUntil(wakeAtMs, now);
  }

  async #ensure(wakeUp: WakeUp, pending: Pending | undefined): Promise<void> {
    if (!this.#isEarlyEnough(pending, wakeUp.atMs)) await this.#start(wakeUp, pending);
  }

  async #start(wakeUp: WakeUp, before: Pending | undefined): Promise<void> {
    let known = before;
    for (let race = 0; race < RACES_MAX; race++) {
      // Anew in each round: what was started in the last one may have been found pending and stopped by somebody else.
      const started = await this.#execute(wakeUp, known);
      const conflict = await this.#pending.write(wakeUp, started, known);
      if (!conflict) {
        if (known && this.#isToCome(known)) await this.#executions.stop(known.execution);
        return;
      }
      known = conflict.now;
      if (this.#isEarlyEnough(known, wakeUp.atMs)) return;
    }
    throw new Error(`what is pending for ${idOf(wakeUp)} is changed by others all the time`);
  }

  #isToCome({ atMs }: Pending): boolean {
    return atMs > this.#clock.now() + CLOCKS_APART_MS;
  }

  async #execute(wakeUp: WakeUp, before: Pending | undefined): Promise<Pending> {
    const atMs = waitUntil(wakeUp.atMs, this.#clock.now());
    const first = before ? before.generation + 1 : 0;
    for (let generation = first; generation < first + GENERATIONS_MAX; generation++) {
      const execution = executionName(wakeUp, atMs, generation);
      if (await this.#executions.start(execution, timerInput(wakeUp, atMs))) return { atMs, execution, generation };
    }
    throw new Error(`no execution could be started for ${idOf(wakeUp)}: all names are taken`);
  }
}

function earliestOfEach(wakeUps: readonly WakeUp[]): readonly WakeUp[] {
  const earliest = new Map<string, WakeUp>();
  for (const wakeUp of wakeUps) {
    const other = earliest.get(idOf(wakeUp));
    if (!other || wakeUp.atMs < other.atMs) earliest.set(idOf(wakeUp), wakeUp);
  }
  return [...earliest.values()];
}
