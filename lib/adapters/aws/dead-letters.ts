import { DeleteMessageBatchCommand, ReceiveMessageCommand, type Message, type SQSClient } from '@aws-sdk/client-sqs';

/** What Lambda gave up, of some queues. A message that is not forgotten comes back after the queue's visibility timeout. */
export interface DeadLetters {
  readonly count: number;
  forget(): Promise<void>;
}

/** The most that one call hands out. */
const RECEIVE_MAX = 10;
/** Of each queue: what is more is left to the next sweep. */
const LETTERS_MAX = 1000;

/** Takes what is there without waiting for more. */
export async function takeDeadLetters(sqs: SQSClient, queueUrls: readonly string[]): Promise<DeadLetters> {
  const taken = await Promise.all(
    queueUrls.map(async (QueueUrl) => ({ QueueUrl, messages: await receiveAll(sqs, QueueUrl) })),
  );
  return {
    count: taken.reduce((count, { messages }) => count + messages.length, 0),
    forget: async () => {
      for (const { QueueUrl, messages } of taken) await deleteAll(sqs, QueueUrl, messages);
    },
  };
}

async function receiveAll(sqs: SQSClient, QueueUrl: string): Promise<readonly Message[]> {
  const all: Message[] = [];
  for (;;) {
    const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: RECEIVE_MAX });
    const { Messages = [] } = await sqs.send(command);
    all.push(...Messages);
    if (Messages.length === 0 || all.length >= LETTERS_MAX) return all;
  }
}

async function deleteAll(sqs: SQSClient, QueueUrl: string, messages: readonly Message[]): Promise<void> {
  for (let first = 0; first < messages.length; first += RECEIVE_MAX) {
    const some = messages.slice(first, first + RECEIVE_MAX);
    const Entries = some.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    // One that could not be deleted comes again, and is found to have nothing to say.
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
}
