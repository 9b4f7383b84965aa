import { Names, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { accept, type Accepted } from './nag.js';

const NAME_MAX = 64;

/** CronJobs' schedules lie in a group of their own and call the cron function as a role that may do nothing else. */
export class Schedules extends Construct {
  readonly groupName: string;
  readonly role: Role;

  constructor(scope: Construct, id: string, cron: IFunction, deadLetters: Queue) {
    super(scope, id);
    this.groupName = Names.uniqueResourceName(this, { maxLength: NAME_MAX, separator: '-' });
    const group = new CfnScheduleGroup(this, 'Group', { name: this.groupName });
    const { account } = Stack.of(this);
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account, 'aws:SourceArn': group.attrArn } },
      }),
      description: "CronJobs' schedules: may call the cron function",
    });
    cron.grantInvoke(this.role);
    deadLetters.grantSendMessages(this.role);
    accept(this.role, {
      rule: 'IAM5',
      reason: "Versions of the cron function: grantInvoke names them by the function's ARN and a colon.",
    });
  }

  readonly accepted: Accepted = {
    rule: 'IAM5',
    reason: 'Schedules are named after CronJobs, in a group of their own; lists cannot be narrowed.',
    appliesTo: [{ regex: '/^Resource::arn:.*:scheduler:.*:schedule/.*\\*$/' }],
  };

  /** Making, changing, finding and deleting schedules of the group. */
  statements(): PolicyStatement[] {
    const stack = Stack.of(this);
    return [
      new PolicyStatement({
        actions: ['scheduler:CreateSchedule', 'scheduler:GetSchedule', 'scheduler:DeleteSchedule'],
        resources: [
          stack.formatArn({ service: 'scheduler', resource: 'schedule', resourceName: `${this.groupName}/*` }),
        ],
      }),
      new PolicyStatement({
        actions: ['scheduler:ListSchedules'],
        // Lists are asked for on any schedule: IAM knows no narrower resource for the action.
        resources: [stack.formatArn({ service: 'scheduler', resource: 'schedule', resourceName: '*/*' })],
      }),
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [this.role.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      }),
    ];
  }
}
