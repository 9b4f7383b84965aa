import type { PodReport, PodRuntime } from '../../ports/pod-runtime.js';

/**
 * Runs nothing: pods are not bound to a node, and whoever may write `pods/status` plays the kubelet.
 */
export class NoneRuntime implements PodRuntime {
  readonly name = 'none';
  readonly nodeName = undefined;
  readonly nodeIP = '127.0.0.1';

  async observe(): Promise<PodReport> {
    return { containers: [], events: [] };
  }

  async start(): Promise<void> {
    throw new Error('the runtime "none" starts nothing');
  }

  async stop(): Promise<void> {}

  async remove(): Promise<void> {}

  async list(): Promise<[]> {
    return [];
  }

  onChange(): void {}

  async close(): Promise<void> {}
}
