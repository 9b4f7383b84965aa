import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pod } from '../../../lib/apis/core/v1/pod/types.js';
import type { ContainerStart, PodIdentity, PodRuntime } from '../../../lib/ports/pod-runtime.js';

/** What the container `main` of a pod does: ends with a code, or runs until it is stopped. */
export type Behaviour = { readonly exitCode: number } | 'forever';

export interface BasicsHarness {
  readonly runtime: PodRuntime;
  /** A new pod that behaves so, and the start of its container. */
  request(behaviour: Behaviour): ContainerStart;
  close(): Promise<void>;
}

/** What every runtime promises that starts anything, whether it runs programs or pretends to. */
export function podRuntimeBasics(name: string, create: () => Promise<BasicsHarness>) {
  describe(`${name} runtime, like every other`, () => {
    let harness: BasicsHarness;
    const wakers = new Set<() => void>();

    beforeAll(async () => {
      harness = await create();
      harness.runtime.onChange(() => wakers.forEach((wake) => wake()));
    });
    afterAll(() => harness?.close());

    const identity = ({ metadata: { uid, namespace, name: podName } }: Pod): PodIdentity => ({
      uid,
      namespace: namespace!,
      name: podName,
    });
    const until = async (pod: Pod, type: 'running' | 'terminated') => {
      for (;;) {
        const changed = new Promise<void>((resolve) => wakers.add(resolve));
        const { containers } = await harness.runtime.observe(identity(pod));
        if (containers[0]?.state.type === type) return containers;
        await changed;
        wakers.clear();
      }
    };

    it.each([0, 3])('reports exit code %i, as often as it is asked', async (exitCode) => {
      const request = harness.request({ exitCode });
      await harness.runtime.start(request);
      const reports = await until(request.pod, 'terminated');
      const reason = exitCode === 0 ? 'Completed' : 'Error';
      expect(reports).toMatchObject([{ name: 'main', attempt: 0, state: { exitCode, reason } }]);
      expect((await harness.runtime.observe(identity(request.pod))).containers).toEqual(reports);
      await harness.runtime.remove(identity(request.pod), { logs: true });
    });

    it('does not start again what has ended, and takes the next attempt for a new start', async () => {
      const request = harness.request({ exitCode: 1 });
      await harness.runtime.start(request);
      const [first] = await until(request.pod, 'terminated');
      await harness.runtime.start(request);
      expect((await harness.runtime.observe(identity(request.pod))).containers).toEqual([first]);
      await harness.runtime.start({ ...request, attempt: 1 });
      expect(await until(request.pod, 'terminated')).toMatchObject([{ name: 'main', attempt: 1 }]);
      await harness.runtime.remove(identity(request.pod), { logs: true });
    });

    it('runs on until it is stopped, and is killed without grace', async () => {
      const request = harness.request('forever');
      await harness.runtime.start(request);
      await until(request.pod, 'running');
      await harness.runtime.stop(identity(request.pod), 0, ['another']);
      await until(request.pod, 'running');
      await harness.runtime.stop(identity(request.pod), 0, ['main']);
      expect(await until(request.pod, 'terminated')).toMatchObject([{ state: { exitCode: 137 } }]);
      await harness.runtime.stop(identity(request.pod), 0);
      await harness.runtime.remove(identity(request.pod), { logs: true });
    });

    it('lists a pod from its first start until it is removed, and knows nothing of it before and after', async () => {
      const request = harness.request({ exitCode: 0 });
      const pod = identity(request.pod);
      const expectUnknown = async () => {
        expect((await harness.runtime.observe(pod)).containers).toEqual([]);
        expect(await harness.runtime.list()).not.toContainEqual(pod);
        await harness.runtime.stop(pod, 0);
        await harness.runtime.remove(pod, { logs: true });
      };
      await expectUnknown();
      await harness.runtime.start(request);
      await until(request.pod, 'terminated');
      expect(await harness.runtime.list()).toContainEqual(pod);
      await harness.runtime.remove(pod, { logs: true });
      await expectUnknown();
    });
  });
}
