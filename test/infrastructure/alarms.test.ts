import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { synth } from './synth.js';

const runbook = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
const template = synth();
const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);

/** The metrics that CloudWatch asks no money for. */
const FREE_ALARMS = 10;

describe('alarms', () => {
  it('are as many as the free tier holds, each of one metric', () => {
    expect(alarms).toHaveLength(FREE_ALARMS);
    expect(alarms.filter(({ MetricName }) => MetricName === undefined)).toEqual([]);
  });

  it.each(alarms.map(({ AlarmName, AlarmDescription }) => [AlarmName.replace('finite-', ''), AlarmDescription]))(
    '%s has a runbook of its own',
    (name, description) => {
      const section = runbook.split(/^## /m).find((text) => text.startsWith(`${name}\n`));
      expect(section).toBeDefined();
      for (const part of ['**Description.**', '**Investigation.**', '**Resolution.**']) expect(section).toContain(part);
      expect(description).toContain(`#${name.toLowerCase()}`);
    },
  );

  it('can be left out, as can the dashboard', () => {
    const bare = synth({ alarms: false, dashboard: false });
    bare.resourceCountIs('AWS::CloudWatch::Alarm', 0);
    bare.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
  });
});

describe('the dashboard', () => {
  it('shows fewer metrics than the free tier holds', () => {
    const dashboards = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
    expect(dashboards).toHaveLength(1);
    const body = JSON.stringify(dashboards[0]!['Properties'].DashboardBody);
    const metrics = body.match(/\[\\+"(AWS\/|Finite)/g) ?? [];
    expect(metrics.length).toBeGreaterThan(20);
    expect(metrics.length).toBeLessThan(50);
  });
});
