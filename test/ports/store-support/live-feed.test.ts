import { describe, expect, it } from 'vitest';
import { RevisionExpired } from '../../../lib/ports/store.js';
import type { Change, ChangeBatch, FeedRange, Revision } from '../../../lib/ports/store.js';
import { LiveFeed } from '../../../lib/ports/store-support/live-feed.js';
import type { ReadOlder } from '../../../lib/ports/store-support/live-feed.js';
import { object } from '../../contract/store/samples.js';

const START = 100;

/** A feed with a clock of its own. */
function makeFeed(limits: { changes?: number; bytes?: number } = {}, readOlder?: ReadOlder) {
  const time = { nowMs: 0 };
  const feed = new LiveFeed(START, { changes: 1000, bytes: 1000, ...limits }, () => time.nowMs, readOlder);
  return { feed, time };
}

function change(revision: Revision, resource = 'jobs'): Change {
  return {
    type: 'created',
    key: { resource, namespace: 'default', name: `n${revision}` },
    revision,
    object: object('x'),
  };
}

function follower(feed: LiveFeed, range: FeedRange, after: Revision) {
  const iterator = feed.follow(range, after, new AbortController().signal)[Symbol.asyncIterator]();
  return async () => (await iterator.next()).value as ChangeBatch;
}

function revisions(batch: ChangeBatch): Revision[] {
  return batch.changes.map(({ revision }) => revision);
}

/** Whether a promise is settled already. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  await new Promise((resolve) => setImmediate(resolve));
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
}

describe('LiveFeed', () => {
  it('does not wake those whom a change does not concern, and hands them nothing twice', async () => {
    const { feed } = makeFeed();
    const next = follower(feed, { resource: 'pods' }, START);
    const waiting = next();
    feed.append([change(101), change(102)], [1, 1]);
    expect(await isSettled(waiting)).toBe(false);
    feed.append([change(103, 'pods')], [1]);
    expect(await waiting).toEqual({ changes: [change(103, 'pods')], revision: 103 });
  });

  it('tells those whom nothing concerns how far the feed is, about once a second', async () => {
    const { feed, time } = makeFeed();
    const next = follower(feed, { resource: 'pods' }, START);
    let waiting = next();
    time.nowMs = 999;
    feed.append([change(101)], [1]);
    expect(await isSettled(waiting)).toBe(false);
    time.nowMs = 1000;
    feed.append([change(102)], [1]);
    expect(await waiting).toEqual({ changes: [], revision: 102 });
    waiting = next();
    feed.append([change(103)], [1]);
    expect(await isSettled(waiting)).toBe(false);
  });

  it.each([
    ['changes', { changes: 2 }],
    ['bytes', { bytes: 20 }],
  ])('keeps as many %s as allowed, and reads what is older elsewhere', async (_, limits) => {
    const asked: Revision[] = [];
    const { feed } = makeFeed(limits, async (_range, after) => {
      asked.push(after);
      return { changes: [change(after + 1)], revision: after + 1 };
    });
    const next = follower(feed, {}, START);
    feed.append(
      [101, 102, 103, 104].map((revision) => change(revision)),
      [10, 10, 10, 10],
    );
    expect(revisions(await next())).toEqual([101]);
    expect(revisions(await next())).toEqual([102]);
    expect(revisions(await next())).toEqual([103, 104]);
    expect(asked).toEqual([100, 101]);
  });

  it('throws where what is older is nowhere, and has ended then', async () => {
    const { feed } = makeFeed({ changes: 1 });
    feed.append([change(101), change(102)], [1, 1]);
    const iterator = feed.follow({}, START, new AbortController().signal)[Symbol.asyncIterator]();
    await expect(iterator.next()).rejects.toBeInstanceOf(RevisionExpired);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it('hands out long stretches in parts', async () => {
    const { feed } = makeFeed({ changes: 5000, bytes: Infinity });
    const all = Array.from({ length: 1200 }, (_, index) => change(START + 1 + index));
    feed.append(
      all,
      all.map(() => 1),
    );
    const next = follower(feed, {}, START);
    const parts = [await next(), await next(), await next()];
    expect(parts.map((part) => part.changes.length)).toEqual([500, 500, 200]);
    expect(parts.flatMap(revisions)).toEqual(all.map(({ revision }) => revision));
  });

  it('goes on after long use with what it keeps', async () => {
    const { feed } = makeFeed({ changes: 10, bytes: Infinity });
    for (let revision = START + 1; revision <= START + 5000; revision++) feed.append([change(revision)], [1]);
    expect(feed.since(START + 4995).map(({ revision }) => revision)).toEqual([5096, 5097, 5098, 5099, 5100]);
    expect(() => feed.since(START + 4989)).toThrow(RevisionExpired);
  });

  it('wakes who waited when it is restarted further on', async () => {
    const { feed } = makeFeed({}, async () => ({ changes: [change(105)], revision: 105 }));
    const waiting = follower(feed, {}, START)();
    feed.restart(105);
    expect(revisions(await waiting)).toEqual([105]);
  });
});
