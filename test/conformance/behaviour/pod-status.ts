import type { Pod } from '../../../lib/apis/core/v1/pod/types.js';
import { formatTime } from '../../../lib/apis/meta/v1/time.js';
import type { PodReport } from './scenario.js';

/** The status that the player, as the kubelet, writes of a pod. */
export function podStatus(pod: Pod, report: PodReport, now: number): object {
  const { phase, reason, message, bare = false, conditions = [] } = report;
  const at = formatTime(now - (report.finishedAgo ?? 0) * 1000);
  const isReady = phase === 'Running' && report.ready !== false;
  const standard = [
    { type: 'PodScheduled', status: 'True' },
    { type: 'Initialized', status: 'True' },
    { type: 'ContainersReady', status: isReady ? 'True' : 'False' },
    { type: 'Ready', status: isReady ? 'True' : 'False' },
  ];
  return {
    phase,
    ...(phase !== 'Pending' && { startTime: at }),
    ...(reason !== undefined && { reason }),
    ...(message !== undefined && { message }),
    conditions: [...(bare ? [] : standard), ...conditions].map((condition) => ({
      ...condition,
      lastTransitionTime: at,
    })),
    ...(!bare && {
      containerStatuses: pod.spec.containers!.map(({ name, image = '' }) => ({
        name,
        image,
        imageID: '',
        ready: isReady,
        restartCount: report.restarts ?? 0,
        state: containerState(name, report, at),
      })),
      initContainerStatuses: (pod.spec.initContainers ?? []).map(({ name, image = '' }) => ({
        name,
        image,
        imageID: '',
        ready: isReady,
        restartCount: 0,
        state: phase === 'Pending' ? waiting() : terminated(report.exits?.[name] ?? 0, at),
      })),
    }),
  };
}

function containerState(name: string, { phase, exit, exits }: PodReport, at: string): object {
  const code = exits?.[name];
  if (phase === 'Succeeded' || phase === 'Failed' || code !== undefined) {
    return terminated(code ?? exit ?? (phase === 'Succeeded' ? 0 : 1), at);
  }
  return phase === 'Pending' ? waiting() : { running: { startedAt: at } };
}

function terminated(exitCode: number, at: string): object {
  return { terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', startedAt: at, finishedAt: at } };
}

function waiting(): object {
  return { waiting: { reason: 'ContainerCreating' } };
}
