import type { Clock } from '../../../ports/clock.js';
import type { Revision } from '../../../ports/store.js';
import { nextRevision } from '../../../ports/store-support/revision.js';

/** A write under way. */
interface Attempt {
  readonly revision: Revision;
  ended: boolean;
  publish: (() => void) | undefined;
  readonly settled: Promise<void>;
  readonly settle: () => void;
}

/**
 * The revisions of one process, and the order in which its writes become known.
 *
 * Writes to DynamoDB end in any order. Here they are told of in the order of their revisions: one that ends is
 * acknowledged when all with lower revisions have ended, too. So at every moment all of this process's writes at or below
 * `head` are known, and none of them will appear later.
 */
export class Revisions {
  #last: Revision = 0;
  #head: Revision = 0;
  readonly #underWay: Attempt[] = [];

  constructor(readonly clock: Clock) {}

  /** The newest revision known to be in the table. */
  get head(): Revision {
    return this.#head;
  }

  /** The newest revision given out, for whatever purpose. */
  get last(): Revision {
    return this.#last;
  }

  /** A revision no write of this process has or will have. */
  tick(): Revision {
    this.#last = nextRevision(this.#last, this.clock.now());
    return this.#last;
  }

  /** A revision was read: later writes of this process will be above it. */
  observe(revision: Revision): void {
    this.#head = Math.max(this.#head, revision);
    this.#last = Math.max(this.#last, revision);
  }

  /** The revision of an attempt to write, above `floor`. To be ended by `end`, whatever becomes of it. */
  begin(floor: Revision): Attempt {
    this.#last = nextRevision(Math.max(this.#last, floor), this.clock.now());
    let settle = () => {};
    const settled = new Promise<void>((resolve) => (settle = resolve));
    const attempt: Attempt = { revision: this.#last, ended: false, publish: undefined, settled, settle };
    this.#underWay.push(attempt);
    return attempt;
  }

  /** Resolves when all attempts with lower revisions have ended, after `publish` has been called. */
  end(attempt: Attempt, publish?: () => void): Promise<void> {
    attempt.ended = true;
    attempt.publish = publish;
    while (this.#underWay[0]?.ended) {
      const first = this.#underWay.shift()!;
      if (first.publish) {
        this.#head = Math.max(this.#head, first.revision);
        first.publish();
      }
      first.settle();
    }
    return attempt.settled;
  }

  /** Resolves when every attempt of now with a revision at or below this one has ended. */
  async settled(revision: Revision): Promise<void> {
    await this.#underWay.findLast((attempt) => attempt.revision <= revision)?.settled;
  }
}
