import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { describeExitCodes } from './exit-codes.js';
import { describeInputs } from './inputs.js';
import { describeIsolation } from './isolation.js';
import { describeLogs } from './logs.js';
import { describeRestart } from './restart.js';
import { RuntimeUnderTest, type RuntimeHarness } from './runtime-under-test.js';
import { describeStartingOnce } from './starting-once.js';
import { describeStopping } from './stopping.js';
import { describeTerminationMessages } from './termination-messages.js';
import { skipped } from '../../support/skipped.js';

/** The contract of `lib/ports/pod-runtime.ts` and of the logs that come with a runtime that runs programs. */
export function podRuntimeContract(
  name: string,
  unavailable: string | undefined,
  create: () => Promise<RuntimeHarness>,
): void {
  describe.skipIf(unavailable !== undefined)(skipped(`${name} runtime`, unavailable), () => {
    const runtime = new RuntimeUnderTest();
    beforeAll(() => runtime.begin(create));
    afterEach(() => runtime.tidy());
    afterAll(() => runtime.end());

    describeExitCodes(runtime);
    describeStartingOnce(runtime);
    describeRestart(runtime);
    describeStopping(runtime);
    describeLogs(runtime);
    describeInputs(runtime);
    describeTerminationMessages(runtime);
    describeIsolation(runtime);
  });
}
