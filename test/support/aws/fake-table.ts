import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type AttributeValue,
  type DynamoDBClient,
  type PutItemCommandInput,
} from '@aws-sdk/client-dynamodb';

type Item = Record<string, AttributeValue>;

/** A DynamoDB table in memory, for the few requests the book-keeping makes; it refuses what it does not know. */
export class FakeTable {
  readonly items = new Map<string, Item>();
  writes = 0;
  /** Called before each write: what somebody else does in between. */
  beforeWrite: (() => Promise<void>) | undefined;

  readonly client = { send: (command: unknown) => this.#send(command) } as unknown as DynamoDBClient;

  async #send(command: unknown): Promise<unknown> {
    if (command instanceof PutItemCommand) return this.#put(command);
    if (command instanceof DeleteItemCommand) {
      this.writes++;
      this.items.delete(idOf(command.input.Key!));
      return {};
    }
    if (command instanceof GetItemCommand) return { Item: this.items.get(idOf(command.input.Key!)) };
    if (command instanceof QueryCommand) return this.#query(command);
    if (command instanceof BatchGetItemCommand) return this.#batchGet(command);
    throw new Error(`the fake table knows nothing of ${(command as object).constructor.name}`);
  }

  async #put({ input }: PutItemCommand): Promise<unknown> {
    const before = this.beforeWrite;
    this.beforeWrite = undefined;
    await before?.();
    this.writes++;
    const id = idOf(input.Item!);
    const current = this.items.get(id);
    if (!holds(input, current)) {
      throw new ConditionalCheckFailedException({
        message: 'The conditional request failed',
        $metadata: {},
        ...(current && { Item: current }),
      });
    }
    this.items.set(id, input.Item!);
    return {};
  }

  /** Pages of 50, of the one condition that there is. */
  #query({ input: { ExpressionAttributeValues, ExclusiveStartKey } }: QueryCommand): unknown {
    const all = [...this.items.values()].filter(({ pk }) => pk!.S === ExpressionAttributeValues?.[':partition']?.S);
    const start = ExclusiveStartKey ? all.findIndex((item) => idOf(item) === idOf(ExclusiveStartKey)) + 1 : 0;
    const Items = all.slice(start, start + 50);
    const { pk, sk } = Items.at(-1) ?? {};
    return { Items, ...(start + 50 < all.length && { LastEvaluatedKey: { pk, sk } }) };
  }

  #batchGet({ input }: BatchGetItemCommand): unknown {
    const Responses: Record<string, Item[]> = {};
    for (const [table, { Keys = [] }] of Object.entries(input.RequestItems ?? {})) {
      if (Keys.length > 100) throw new Error('Too many items requested for the BatchGetItem call');
      Responses[table] = Keys.map((key) => this.items.get(idOf(key))).filter((item) => item !== undefined);
    }
    return { Responses };
  }
}

function idOf({ pk, sk }: Item): string {
  return `${pk!.S} ${sk!.S}`;
}

function holds(
  { ConditionExpression: condition, ExpressionAttributeNames, ExpressionAttributeValues }: PutItemCommandInput,
  current: Item | undefined,
): boolean {
  if (condition === undefined) return true;
  if (condition === 'attribute_not_exists(pk)') return current === undefined;
  const [, name = '', value = ''] = /^(#\w+) = (:\w+)$/.exec(condition) ?? [];
  const attribute = ExpressionAttributeNames?.[name];
  if (attribute === undefined) throw new Error(`the fake table cannot read the condition ${condition}`);
  return current?.[attribute]?.S === ExpressionAttributeValues?.[value]?.S;
}
