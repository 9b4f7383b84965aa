import { describe, expect, it } from 'vitest';
import { stateOf } from '../../../../lib/adapters/local/container-runtime/container-report.js';

const inspected = (status: string, exitCode: number, oomKilled = false) => ({
  Id: 'i',
  Image: 'busybox',
  State: {
    Status: status,
    Running: false,
    OOMKilled: oomKilled,
    ExitCode: exitCode,
    StartedAt: '2026-01-01T00:00:00Z',
    FinishedAt: '2026-01-01T00:00:05Z',
  },
  Config: { Labels: {}, Image: 'busybox' },
});

describe('the state of a container', () => {
  it('that is being removed while it ran is unknown: it is lost, and not one that was killed', () => {
    expect(stateOf(inspected('removing', 137))).toBeUndefined();
  });

  it('that is being removed after its end is how it ended', () => {
    expect(stateOf(inspected('removing', 0))).toMatchObject({ type: 'terminated', exitCode: 0, reason: 'Completed' });
    expect(stateOf(inspected('removing', 137, true))).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
    expect(stateOf(inspected('exited', 137))).toMatchObject({ exitCode: 137, reason: 'Error' });
  });
});
