import { randomUUID } from 'node:crypto';
import type { Task } from '@aws-sdk/client-ecs';
import type { Clock } from '../../../lib/ports/clock.js';

/** As EventBridge hands it to a rule's target ("Amazon ECS task state change events" in the developer guide). */
export interface TaskStateChangeEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'ECS Task State Change';
  readonly source: 'aws.ecs';
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  /** The task with ISO texts for its times; tags are not part of it. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What may happen to an event: EventBridge promises delivery at least once, in no order. */
export type Delivery = 'once' | 'twice' | 'lost' | { readonly delayMs: number };

export type DeliveryRule = (event: TaskStateChangeEvent) => Delivery;

export function taskStateChange(task: Task, nowMs: number): TaskStateChangeEvent {
  const { tags: _, ...shown } = task;
  const [, , , region, account] = task.taskArn!.split(':');
  const attachments = task.attachments?.map((attachment) => ({ ...attachment, type: 'eni' }));
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'ECS Task State Change',
    source: 'aws.ecs',
    account: account!,
    // Whole seconds, unlike the times inside.
    time: new Date(nowMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    region: region!,
    resources: [task.taskArn!],
    // Dates become texts, and what changes later does not change this.
    detail: JSON.parse(JSON.stringify({ ...shown, attachments, updatedAt: new Date(nowMs) })) as Record<
      string,
      unknown
    >,
  };
}

/** Hands events on, as well as the rule of the day lets it. */
export class EventDelivery {
  constructor(
    private readonly clock: Clock,
    private readonly onEvent: (event: TaskStateChangeEvent) => void,
    public rule: DeliveryRule = () => 'once',
  ) {}

  deliver(event: TaskStateChangeEvent): void {
    const delivery = this.rule(event);
    if (delivery === 'lost') return;
    if (typeof delivery === 'object') {
      this.clock.at(this.clock.now() + delivery.delayMs, () => this.onEvent(event));
      return;
    }
    this.onEvent(event);
    if (delivery === 'twice') this.onEvent(event);
  }
}
