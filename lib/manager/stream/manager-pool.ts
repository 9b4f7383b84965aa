import type { HandledBatch, StreamBatch, StreamManager } from './stream-manager.js';

interface Member {
  readonly manager: StreamManager;
  underWay: number;
}

/**
 * Several managers for batches that come at the same time, since one works on one batch after the other. What one has
 * read it remembers for a while: as long as a few can do the work the others get none.
 */
export class ManagerPool implements StreamManager {
  readonly #members: readonly Member[];

  constructor(size: number, make: () => StreamManager) {
    this.#members = Array.from({ length: size }, () => ({ manager: make(), underWay: 0 }));
  }

  async handle(batch: StreamBatch): Promise<HandledBatch> {
    const member = this.#members.reduce((least, each) => (each.underWay < least.underWay ? each : least));
    member.underWay++;
    try {
      return await member.manager.handle(batch);
    } finally {
      member.underWay--;
    }
  }
}
