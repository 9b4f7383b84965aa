import { Duration } from 'aws-cdk-lib';
import { Match, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Construct } from 'constructs';
import type { PodCluster } from './cluster.js';
import type { DeadLetters } from './dead-letters.js';

/**
 * How often the sweep looks. Less often, and what an outage lost stays lost for longer; more often costs: at five minutes
 * an idle month is 8,640 looks.
 */
export const SWEEP_MINUTES = 5;

export interface EventRulesProps {
  readonly pods: PodCluster;
  readonly taskState: IFunction;
  readonly sweep: IFunction;
  readonly deadLetters: DeadLetters;
}

/** What EventBridge tells the functions: how tasks are, and when it is time to sweep. */
export class EventRules extends Construct {
  constructor(scope: Construct, id: string, { pods, taskState, sweep, deadLetters }: EventRulesProps) {
    super(scope, id);
    const attempts = { retryAttempts: 2, onFailure: new SqsDestination(deadLetters.events) };
    taskState.configureAsyncInvoke({ ...attempts, maxEventAge: Duration.hours(1) });
    // A sweep that is late is of no use: the next one is near.
    sweep.configureAsyncInvoke({ ...attempts, retryAttempts: 0, maxEventAge: Duration.minutes(SWEEP_MINUTES) });
    new Rule(this, 'TaskStates', {
      description: "States of pods' tasks",
      eventPattern: {
        source: ['aws.ecs'],
        detailType: ['ECS Task State Change'],
        detail: {
          clusterArn: [pods.cluster.clusterArn],
          // Those before say nothing that a pod shows. In ACTIVATING some containers run, and others wait for them.
          lastStatus: Match.anythingBut('PROVISIONING', 'PENDING'),
        },
      },
      targets: [
        new LambdaFunction(taskState, {
          deadLetterQueue: deadLetters.events,
          retryAttempts: 24,
          maxEventAge: Duration.hours(1),
        }),
      ],
    });
    new Rule(this, 'SweepTimes', {
      description: 'When to look for what was lost',
      schedule: Schedule.rate(Duration.minutes(SWEEP_MINUTES)),
      targets: [
        new LambdaFunction(sweep, {
          deadLetterQueue: deadLetters.events,
          retryAttempts: 0,
          maxEventAge: Duration.minutes(SWEEP_MINUTES),
        }),
      ],
    });
  }
}
