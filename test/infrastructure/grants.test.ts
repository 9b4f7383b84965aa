import { describe, expect, it } from 'vitest';
import { ADMIN, synth } from './synth.js';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, unknown>>;
}

const template = synth({ allowedTaskRoles: ['arn:aws:iam::111122223333:role/jobs/*'] });

/** What a function's role may do. */
function statementsOf(name: string): readonly Statement[] {
  return Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.startsWith(`${name}RoleDefaultPolicy`))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement as Statement[]);
}

function actionsOf(statements: readonly Statement[]): string[] {
  return statements.flatMap(({ Action }) => Action).toSorted();
}

const servicesOf = (name: string): string[] => [
  ...new Set(actionsOf(statementsOf(name)).map((action) => action.slice(0, action.indexOf(':')))),
];
const launchers = ['Launch', 'TaskState', 'Sweep'];

describe('what a function may do', () => {
  it.each([
    ['Api', ['dynamodb', 'logs']],
    ['Reconcile', ['dynamodb', 'events', 'iam', 'logs', 'scheduler', 'sqs', 'states']],
    ['Timer', ['dynamodb', 'logs', 'states']],
    ['Cron', ['dynamodb', 'logs', 'sqs']],
  ])('%s: nothing of ECS, only %j', (name, services) => {
    expect(servicesOf(name)).toEqual(services);
  });

  it.each(['Timer', 'Cron'])('%s writes items of book-keeping alone', (name) => {
    const table = statementsOf(name).filter((statement) => actionsOf([statement])[0]!.startsWith('dynamodb:'));
    expect(table.length).toBeGreaterThan(0);
    for (const { Condition } of table) {
      const keys = Condition!['ForAllValues:StringLike'] as Record<string, string[] | string>;
      expect([keys['dynamodb:LeadingKeys']].flat().every((key) => /^(wake|timer)\/\*$/.test(key!))).toBe(true);
    }
  });

  it.each(launchers)('%s runs tasks in the one cluster, of its own task definitions', (name) => {
    const run = statementsOf(name).filter((statement) => actionsOf([statement]).includes('ecs:RunTask'));
    expect(run).toHaveLength(1);
    expect(JSON.stringify(run[0]!.Resource)).toContain(':task-definition/finite-*');
    expect(JSON.stringify(run[0]!.Condition)).toContain('ecs:cluster');
  });

  it.each(launchers)('%s passes on roles only to tasks, and to schedules their own', (name) => {
    const passes = statementsOf(name).filter((statement) => actionsOf([statement]).includes('iam:PassRole'));
    expect(passes.length).toBeGreaterThan(0);
    for (const { Resource, Condition } of passes) {
      const service = (Condition?.['StringEquals'] as Record<string, string> | undefined)?.['iam:PassedToService'];
      expect(service).toMatch(/^(ecs-tasks|scheduler)\.amazonaws\.com$/);
      expect([Resource].flat()).not.toContain('*');
    }
  });

  it('nobody may do anything to all resources but what knows no resources', () => {
    const everywhere = Object.values(template.findResources('AWS::IAM::Policy'))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[])
      .filter(({ Resource }) => [Resource].flat().includes('*'));
    expect([...new Set(actionsOf(everywhere))]).toEqual([
      'dynamodb:ListStreams',
      'ecr:GetAuthorizationToken',
      'ecs:DescribeTaskDefinition',
      'ecs:ListTasks',
    ]);
  });

  it("pods without a role of their own: nothing, and nobody's name is in a policy", () => {
    const roles = Object.keys(template.findResources('AWS::IAM::Role')).filter((id) => id.startsWith('PodsTaskRole'));
    expect(roles).toHaveLength(1);
    const policies = JSON.stringify(template.findResources('AWS::IAM::Policy'));
    expect(policies).not.toContain(`"Ref":"${roles[0]}"`);
    expect(policies).not.toContain(ADMIN);
  });
});
