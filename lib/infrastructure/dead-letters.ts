import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { accept } from './nag.js';

/** What could not be delivered or done: the sweep reads it, looks at what it is about, and removes it. */
export class DeadLetters extends Construct {
  /** Where batches of the table's stream were, that failed again and again: their place, not their records. */
  readonly stream: Queue;
  /** Events that no function took: states of tasks, ticks, sweeps. */
  readonly events: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.stream = this.queue('Stream');
    this.events = this.queue('Events');
  }

  private queue(id: string): Queue {
    const queue = new Queue(this, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // The most there is: what lies here wants looking at.
      retentionPeriod: Duration.days(14),
      visibilityTimeout: Duration.minutes(6),
    });
    accept(queue, { rule: 'SQS3', reason: 'It is itself a dead-letter queue.' });
    return queue;
  }
}
