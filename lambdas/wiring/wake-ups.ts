import { SFNClient } from '@aws-sdk/client-sfn';
import { StepFunctionsWakeUps } from '../../lib/adapters/aws/step-functions-wake-ups/wake-ups.js';
import { clock, configuration, dynamoDb, table } from './base.js';

export const wakeUps = new StepFunctionsWakeUps({
  stepFunctions: new SFNClient(),
  machineArn: configuration.text('wakeMachine'),
  dynamoDb,
  table,
  clock,
});
