import type { Pod } from '../../../apis/core/v1/pod/types.js';
import { quantityUnits } from '../../../apis/meta/v1/quantity-units.js';
import type { PodIdentity } from '../../../ports/pod-runtime.js';
import type { CreateContainer } from './container-spec.js';
import { EngineError, type Engine } from './engine.js';
import { memoryVolumeName, podLabels, sandboxName, type Labels } from './labels.js';
import { ownNetwork } from './network-spec.js';
import { sandboxImage, sandboxProgram } from './sandbox-image.js';

/**
 * Whether a container of its own must hold what the pod's containers share: network, IPC, process ids, memory volumes.
 * A pod with one container at a time needs none, which halves the time to its start.
 */
export function needsSandbox(pod: Pod): boolean {
  const { spec } = pod;
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return (
    spec.containers.length + sidecars.length > 1 ||
    spec.shareProcessNamespace === true ||
    memoryVolumes(pod).length > 0 ||
    // An address that is read before the first container starts must be the one that stays.
    JSON.stringify(spec).includes('"status.podIP')
  );
}

/** The names of volumes that live in the engine's memory and not in the pod's folder. */
export function memoryVolumes({ spec }: Pod): string[] {
  return (spec.volumes ?? []).filter(({ emptyDir }) => emptyDir?.medium === 'Memory').map(({ name }) => name);
}

/** Makes and starts the pod's sandbox unless it runs already; returns its name. Safe to repeat at any point. */
export async function ensureSandbox(engine: Engine, cluster: string, pod: Pod, identity: PodIdentity): Promise<string> {
  const name = sandboxName(identity.uid);
  const labels = podLabels(cluster, identity);
  await ensureMemoryVolumes(engine, pod, identity, labels);
  const network = ownNetwork(pod, engine.isPodman);
  const spec: CreateContainer = {
    Image: await sandboxImage(engine),
    Entrypoint: [sandboxProgram],
    Cmd: [],
    Labels: labels,
    ...network.config,
    HostConfig: {
      IpcMode: 'shareable',
      ...network.hostConfig,
      // The volumes are lost when nobody has them mounted: the sandbox does, between one container and the next.
      Binds: memoryVolumes(pod).map((volume, index) => `${memoryVolumeName(identity.uid, volume)}:/volumes/${index}`),
    },
  };
  try {
    await engine.json('/containers/create', { method: 'POST', query: { name }, body: spec });
  } catch (error) {
    if (!(error instanceof EngineError && error.isConflict)) throw error;
  }
  await engine.json(`/containers/${name}/start`, { method: 'POST' });
  return name;
}

const PAGE_BYTES = '4096';

/** Volumes in memory that the pod's containers share, with a size that the kernel keeps. */
async function ensureMemoryVolumes(engine: Engine, pod: Pod, { uid }: PodIdentity, labels: Labels): Promise<void> {
  for (const { name, emptyDir } of pod.spec.volumes ?? []) {
    if (emptyDir?.medium !== 'Memory') continue;
    const limit = emptyDir.sizeLimit;
    // Podman takes `size` for a quota on disk; the number of pages says the same to the kernel.
    const size = limit === undefined ? '' : `,nr_blocks=${quantityUnits(limit, PAGE_BYTES)}`;
    const body = {
      Name: memoryVolumeName(uid, name),
      Driver: 'local',
      DriverOpts: { type: 'tmpfs', device: 'tmpfs', o: `mode=1777${size}` },
      Labels: labels,
    };
    try {
      await engine.json('/volumes/create', { method: 'POST', body });
    } catch (error) {
      if (!(error instanceof EngineError && (error.isConflict || /already exists/.test(error.message)))) throw error;
    }
  }
}
