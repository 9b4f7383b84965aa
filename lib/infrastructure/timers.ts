import { ArnFormat, Names, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { DefinitionBody, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { wakeMachineDefinition } from '../adapters/aws/names.js';
import { accept, type Accepted } from './nag.js';

const NAME_MAX = 80;

/** The machine that waits until a key has to be looked at again, and then calls the timer function. */
export class Timers extends Construct {
  /** Known before the machine is there: the function that it calls starts executions of it. */
  readonly machineArn: string;
  readonly machineName: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.machineName = Names.uniqueResourceName(this, { maxLength: NAME_MAX, separator: '-' });
    this.machineArn = this.arn('stateMachine', this.machineName);
  }

  /** Step Functions Standard: paid per step, not per second of waiting. */
  machine(timer: IFunction): StateMachine {
    const machine = new StateMachine(this, 'Machine', {
      stateMachineName: this.machineName,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(Stack.of(this).toJsonString(wakeMachineDefinition(timer.functionArn))),
      comment: 'Waits until a key has to be looked at, then wakes it',
    });
    timer.grantInvoke(machine);
    accept(
      machine,
      {
        rule: 'IAM5',
        reason: "Versions of the timer function: grantInvoke names them by the function's ARN and a colon.",
      },
      {
        rule: 'SF1',
        reason: 'An execution keeps its own history of two steps; logs of all would cost more than the timers.',
      },
      { rule: 'SF2', reason: 'There is nothing to trace in a machine that waits and calls one function.' },
    );
    return machine;
  }

  /** Starting, replacing and finding what is pending. */
  statements(): PolicyStatement[] {
    return [
      new PolicyStatement({
        actions: ['states:StartExecution', 'states:ListExecutions'],
        resources: [this.machineArn],
      }),
      new PolicyStatement({
        actions: ['states:StopExecution', 'states:DescribeExecution'],
        resources: [this.arn('execution', `${this.machineName}:*`)],
      }),
    ];
  }

  readonly accepted: Accepted = {
    rule: 'IAM5',
    reason: 'Executions are named after the keys they wake; the machine is this one.',
    appliesTo: [{ regex: '/^Resource::arn:.*:states:.*:execution:.*:\\*$/' }],
  };

  private arn(resource: string, resourceName: string): string {
    return Stack.of(this).formatArn({
      service: 'states',
      resource,
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}
