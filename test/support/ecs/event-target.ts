import { setTimeout as sleep } from 'node:timers/promises';
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { TaskStateChangeEvent } from './events.js';

const ATTEMPTS = 20;
const PAUSE_MS = 500;

/** Hands events to a Lambda function as an EventBridge rule would: asynchronously, and again while it cannot. */
export class EventTarget {
  constructor(
    private readonly client: LambdaClient,
    /** Undefined: nobody wants them yet. */
    public functionName: string | undefined,
    private readonly onError: (error: unknown) => void,
  ) {}

  send(event: TaskStateChangeEvent): void {
    if (this.functionName === undefined) return;
    this.#invoke(this.functionName, event).catch(this.onError);
  }

  async #invoke(FunctionName: string, event: TaskStateChangeEvent): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.client.send(
          new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: Buffer.from(JSON.stringify(event)) }),
        );
        return;
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
        await sleep(PAUSE_MS);
      }
    }
  }
}
