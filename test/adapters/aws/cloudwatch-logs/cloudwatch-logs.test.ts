import { ThrottlingException } from '@aws-sdk/client-cloudwatch-logs';
import { beforeEach, describe, expect, it } from 'vitest';
import { CloudWatchLogs } from '../../../../lib/adapters/aws/cloudwatch-logs/cloudwatch-logs.js';
import { VirtualClock } from '../../../../lib/adapters/memory/virtual-clock.js';
import type { ContainerStatus } from '../../../../lib/apis/core/v1/pod/status.js';
import type { Pod } from '../../../../lib/apis/core/v1/pod/types.js';
import type { LogOptions } from '../../../../lib/ports/pod-logs.js';
import { makePod } from '../../../support/pods.js';
import { passing } from '../../../support/virtual-time.js';
import { FakeLogGroup } from './fake-log-group.js';

const START = Date.UTC(2026, 0, 1);
const STREAM = 'finite/main/task1';

let clock: VirtualClock;
let group: FakeLogGroup;
let pod: Pod;
let logs: CloudWatchLogs;

const running: Partial<ContainerStatus> = {
  containerID: 'ecs://task1/main',
  restartCount: 0,
  state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
};
const setStatus = (status: Partial<ContainerStatus>, phase: Pod['status']['phase'] = 'Running') => {
  const containerStatuses = [{ name: 'main', image: 'i', imageID: '', ready: true, restartCount: 0, ...status }];
  pod = { ...pod, status: { phase, containerStatuses } };
};
const ended = { exitCode: 0, startedAt: '2026-01-01T00:00:00Z', finishedAt: '2026-01-01T00:01:00Z' };

beforeEach(() => {
  clock = new VirtualClock(START);
  group = new FakeLogGroup();
  pod = makePod();
  setStatus(running);
  logs = new CloudWatchLogs({ client: group.client, logGroup: '/finite/pods', clock, podOf: async () => pod });
});

const open = (options: Partial<LogOptions> = {}, attempt = 0) => {
  const { uid, namespace = '', name } = pod.metadata;
  const { signal } = new AbortController();
  return logs.read({ uid, namespace, name, object: pod }, 'main', attempt, {
    follow: false,
    timestamps: false,
    signal,
    ...options,
  });
};
const textOf = async (chunks: AsyncIterable<Uint8Array> | undefined) => {
  let text = '';
  for await (const chunk of chunks!) text += Buffer.from(chunk).toString();
  return text;
};
const writeLines = (count: number) => {
  for (let line = 0; line < count; line++) group.write(STREAM, START + line * 1000, `line ${line}`);
};

describe('a log that is read', () => {
  it('has all lines, over any number of pages', async () => {
    writeLines(8);
    expect(await textOf(await open())).toBe([0, 1, 2, 3, 4, 5, 6, 7].map((line) => `line ${line}\n`).join(''));
  });

  it.each([
    [0, ''],
    [1, 'line 7\n'],
    [3, 'line 5\nline 6\nline 7\n'],
    [5, 'line 3\nline 4\nline 5\nline 6\nline 7\n'],
    [100, /^line 0\n[^]*line 7\n$/],
  ])('ends with its last %i lines', async (tailLines, expected) => {
    writeLines(8);
    expect(await textOf(await open({ tailLines }))).toMatch(expected === '' ? /^$/ : expected);
  });

  it('begins at a time, also when counted from its end', async () => {
    writeLines(8);
    expect(await textOf(await open({ sinceMs: START + 5500 }))).toBe('line 6\nline 7\n');
    expect(await textOf(await open({ sinceMs: START + 5500, tailLines: 5 }))).toBe('line 6\nline 7\n');
    expect(await textOf(await open({ sinceMs: START + 60_000 }))).toBe('');
  });

  it('carries times with nanoseconds', async () => {
    group.write(STREAM, START + 1234, 'hello');
    expect(await textOf(await open({ timestamps: true }))).toBe('2026-01-01T00:00:01.234000000Z hello\n');
  });

  it('stops after so many bytes', async () => {
    writeLines(8);
    expect(await textOf(await open({ limitBytes: 10 }))).toBe('line 0\nlin');
  });

  it('is empty as long as nothing has been written', async () => {
    expect(await textOf(await open())).toBe('');
  });

  it('waits when CloudWatch is asked too often', async () => {
    writeLines(1);
    group.failNext = new ThrottlingException({ message: 'Rate exceeded', $metadata: {} });
    expect(await passing(clock, textOf(await open()))).toBe('line 0\n');
  });
});

describe('attempts', () => {
  it('have streams of their own: the newest, and the one before', async () => {
    group.write('finite/main/task1', START, 'first');
    group.write('finite/main/task2', START, 'second');
    const terminated = { ...ended, exitCode: 1, containerID: 'ecs://task1/main' };
    setStatus({ ...running, containerID: 'ecs://task2/main', restartCount: 1, lastState: { terminated } });
    expect(await textOf(await open({}, 1))).toBe('second\n');
    expect(await textOf(await open({}, 0))).toBe('first\n');
  });

  it('that wait for their back-off are the ones that ended', async () => {
    group.write(STREAM, START, 'first');
    const terminated = { ...ended, exitCode: 1, containerID: 'ecs://task1/main' };
    setStatus({ state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated } });
    expect(await textOf(await open())).toBe('first\n');
  });

  it('that are not known have no log', async () => {
    expect(await open({}, 3)).toBeUndefined();
    setStatus({ state: { waiting: { reason: 'ContainerCreating' } } });
    expect(await open()).toBeUndefined();
  });
});

describe('a log that is followed', () => {
  it('goes on until the container has ended, and misses nothing that comes late', async () => {
    writeLines(2);
    const text = textOf(await open({ follow: true }));
    clock.at(START + 3000, () => group.write(STREAM, START + 3000, 'later'));
    clock.at(START + 6000, () =>
      setStatus({ ...running, state: { terminated: { ...ended, containerID: 'ecs://task1/main' } } }),
    );
    clock.at(START + 7500, () => group.write(STREAM, START + 5900, 'last words'));
    expect(await passing(clock, text)).toBe('line 0\nline 1\nlater\nlast words\n');
  });

  it('goes on after its last lines', async () => {
    writeLines(5);
    const text = textOf(await open({ follow: true, tailLines: 1 }));
    clock.at(START + 2000, () => group.write(STREAM, START + 2000, 'new'));
    clock.at(START + 4000, () => setStatus(running, 'Succeeded'));
    expect(await passing(clock, text)).toBe('line 4\nnew\n');
  });

  it('begins before there is a stream', async () => {
    const text = textOf(await open({ follow: true }));
    clock.at(START + 2000, () => group.write(STREAM, START + 2000, 'hello'));
    clock.at(START + 4000, () => setStatus(running, 'Succeeded'));
    expect(await passing(clock, text)).toBe('hello\n');
  });

  it('ends when its reader has gone', async () => {
    const reader = new AbortController();
    const text = textOf(await open({ follow: true, signal: reader.signal }));
    clock.at(START + 2500, () => reader.abort());
    expect(await passing(clock, text)).toBe('');
  });

  it('is read once for all who follow it', async () => {
    writeLines(1);
    const followers = [];
    for (let follower = 0; follower < 10; follower++) followers.push(textOf(await open({ follow: true })));
    clock.at(START + 20_000, () => setStatus(running, 'Succeeded'));
    const texts = await passing(clock, Promise.all(followers));
    expect(new Set(texts)).toEqual(new Set(['line 0\n']));
    const alone = group.calls;
    group.calls = 0;
    setStatus(running);
    const one = textOf(await open({ follow: true }));
    clock.at(clock.now() + 20_000, () => setStatus(running, 'Succeeded'));
    await passing(clock, one);
    // Each reads on its own what was written before; all wait together for what is written then.
    expect(alone).toBeLessThan(2 * group.calls + 9 * 2);
  });
});
