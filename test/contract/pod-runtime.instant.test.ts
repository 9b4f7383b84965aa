import { SystemClock } from '../../lib/adapters/local/system-clock.js';
import { InstantRuntime } from '../../lib/adapters/memory/instant-runtime.js';
import { makePod, startOf } from '../support/pods.js';
import { podRuntimeBasics } from './pod-runtime/basics.js';

podRuntimeBasics('instant', async () => {
  const runtime = new InstantRuntime(new SystemClock());
  return {
    runtime,
    request: (behaviour) => {
      const pod = makePod();
      const annotations: Record<string, string> =
        behaviour === 'forever'
          ? { 'finite.dev/run-ms': '-1' }
          : { 'finite.dev/exit-code': String(behaviour.exitCode) };
      return startOf({ ...pod, metadata: { ...pod.metadata, annotations } });
    },
    close: () => runtime.close(),
  };
});
