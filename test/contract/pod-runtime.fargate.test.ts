import { FargateRuntime } from '../../lib/adapters/aws/fargate-runtime/fargate-runtime.js';
import type { TaskDetail } from '../../lib/adapters/aws/fargate-runtime/task-facts.js';
import { VirtualClock } from '../../lib/adapters/memory/virtual-clock.js';
import type { Pod } from '../../lib/apis/core/v1/pod/types.js';
import type { PodReference, PodRuntime } from '../../lib/ports/pod-runtime.js';
import { TestBucket, TestBudget, testOptions } from '../adapters/aws/fargate-runtime/fargate-world.js';
import { FakeEcs } from '../support/ecs/fake-ecs.js';
import { PretendedBackend } from '../support/ecs/pretended-backend.js';
import { makePod, startOf } from '../support/pods.js';
import { podRuntimeBasics, type Behaviour } from './pod-runtime/basics.js';

/** What the pod controller does for a runtime that starts pods as a whole: it keeps the pod's object, with annotations. */
function controlled(runtime: FargateRuntime): PodRuntime {
  const pods = new Map<string, Pod>();
  const known = <T extends PodReference>(pod: T): T => ({ ...pod, object: pods.get(pod.uid) });
  return {
    name: runtime.name,
    nodeName: runtime.nodeName,
    nodeIP: runtime.nodeIP,
    observe: async (pod) => {
      const report = await runtime.observe(known(pod));
      const object = pods.get(pod.uid);
      if (object) pods.set(pod.uid, { ...object, metadata: { ...object.metadata, annotations: report.annotations } });
      return report;
    },
    start: async (start) => {
      const { uid } = start.pod.metadata;
      const pod = pods.get(uid) ?? start.pod;
      pods.set(uid, pod);
      const asked = new Set([start.container]);
      await runtime.startPod({ pod, containers: [{ ...start, pod }], asked, serviceAccountAnnotations: {} });
    },
    stop: (pod, graceSeconds, containers) => runtime.stop(known(pod), graceSeconds, containers),
    remove: async (pod) => {
      await runtime.remove(known(pod));
      pods.delete(pod.uid);
    },
    list: () => runtime.list(),
    onChange: (listener) => runtime.onChange(listener),
    close: () => runtime.close(),
  };
}

podRuntimeBasics('fargate', async () => {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const behaviours = new Map<string, Behaviour>();
  const backend = new PretendedBackend(clock, ({ image }) => {
    const behaviour = behaviours.get(image)!;
    return behaviour === 'forever' ? { onTerm: 'ignored' } : { runMs: 100, exitCode: behaviour.exitCode };
  });
  const ecs = new FakeEcs({
    clock,
    backend,
    onEvent: ({ detail }) => void runtime.applyTaskEvent(detail as TaskDetail),
  });
  const runtime = new FargateRuntime(testOptions(ecs, clock, new TestBudget(clock), new TestBucket()));
  // Time passes whenever nothing else happens.
  const passing = setInterval(() => {
    const next = clock.nextAlarm();
    if (next !== undefined) clock.advanceTo(next);
  }, 1);
  return {
    runtime: controlled(runtime),
    request: (behaviour) => {
      const image = `image-${behaviours.size}`;
      behaviours.set(image, behaviour);
      return startOf(makePod([{ image }], { terminationGracePeriodSeconds: 1 }));
    },
    close: async () => clearInterval(passing),
  };
});
