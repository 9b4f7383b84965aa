import { describe, expect, it } from 'vitest';
import type { FeedEntry } from '../../../../lib/adapters/aws/dynamodb-store/items.js';
import { resume, REVISION_WINDOW, writerOf } from '../../../../lib/adapters/aws/dynamodb-store/resume.js';
import { job, object } from '../../../contract/store/samples.js';

const now = 1_795_000_000_000_000;

function entry(name: string, revision: number, process: string): FeedEntry {
  return { change: { type: 'replaced', key: job(name), revision, object: object(name) }, writer: `${process}.0` };
}

function revisions(entries: readonly FeedEntry[], after: number, knownWriter?: string): number[] {
  return resume(entries, { after, knownWriter }).map(({ revision }) => revision - now);
}

describe('a reader who goes on after a revision', () => {
  it('is handed what is above it, in order', () => {
    const entries = [entry('a', now + 3, 'p'), entry('b', now + 1, 'q'), entry('a', now + 2, 'p')];
    expect(revisions(entries, now)).toEqual([1, 2, 3]);
  });

  it('is not handed the revision itself', () => {
    expect(revisions([entry('a', now, 'p')], now)).toEqual([]);
  });

  it("is handed again what another process wrote just before: a list may have read past another's write", () => {
    expect(revisions([entry('a', now - 5, 'p'), entry('b', now + 1, 'p')], now)).toEqual([-5, 1]);
  });

  it('is handed of those only the newest state of a key, never one older than it knows', () => {
    expect(revisions([entry('a', now - 9, 'p'), entry('a', now - 5, 'p'), entry('a', now, 'q')], now)).toEqual([]);
    expect(revisions([entry('a', now - 9, 'p'), entry('a', now - 5, 'p')], now)).toEqual([-5]);
  });

  it('is not handed again what the process wrote that wrote the revision: it acknowledges in order', () => {
    const entries = [entry('a', now - 5, 'p'), entry('b', now - 4, 'q'), entry('c', now, 'p')];
    expect(writerOf(entries, now)).toBe('p');
    expect(revisions(entries, now, 'p')).toEqual([-4]);
  });

  it('is not handed again what is older than any write takes', () => {
    expect(revisions([entry('a', now - REVISION_WINDOW, 'p')], now)).toEqual([]);
  });
});
